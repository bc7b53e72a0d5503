// The stories of Hugging Face's client, which knows no other hosts than its own.
export default ({ load, lead, look, key }) => {
  lead({ "router.huggingface.co": "/huggingface", "huggingface.co": "/huggingface" });
  const { InferenceClient } = load("@huggingface/inference");
  const client = new InferenceClient(key);
  const schnell = "black-forest-labs/FLUX.1-schnell";
  const paint = async (provider, model, parameters = {}) => {
    const picture = await client.textToImage({ provider, model, inputs: "a cat", parameters });
    return look(await picture.arrayBuffer());
  };

  return {
    paints: () => paint("hf-inference", schnell, { width: 768, height: 512, num_inference_steps: 4, seed: 7 }),
    paintsAtTogether: () => paint("together", schnell, { width: 768, height: 512, num_inference_steps: 4 }),
    paintsAtNscale: () => paint("nscale", schnell),
    paintsAtFal: () => paint("fal-ai", "black-forest-labs/FLUX.1-dev", { num_inference_steps: 20 }),
    async edits() {
      const image = await client.textToImage({ provider: "hf-inference", model: schnell, inputs: "a cat" });
      const model = "black-forest-labs/FLUX.1-Kontext-dev";
      const picture = await client.imageToImage({ provider: "replicate", model, inputs: image, parameters: { prompt: "a dog" } });
      return look(await picture.arrayBuffer());
    },
    rejects: () => paint("hf-inference", schnell, { width: 770 }),
    finds: () => paint("hf-inference", "nobody/nothing"),
  };
};
