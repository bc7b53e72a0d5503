// The stories of OpenAI's client.
export default ({ load, look, doubles, key, word }) => {
  const { OpenAI, toFile } = load("openai");
  const clientOf = maxRetries => new OpenAI({ apiKey: key, baseURL: `${doubles}/openai/v1`, maxRetries });
  const client = clientOf(0);
  const request = { model: "gpt-image-2", prompt: "a cat", size: "1536x1024" };
  const see = image => look(Buffer.from(image.b64_json, "base64"));
  const tell = result => ({ pictures: result.data.map(see), size: result.size, usage: result.usage, requestId: result._request_id });

  return {
    generates: async () => tell(await client.images.generate({ ...request, n: 2, quality: "low", output_format: "png", background: "opaque" })),
    persists: async () => tell(await clientOf(2).images.generate(request)),
    rejects: () => client.images.generate({ ...request, size: "1000x1000" }),
    refuses: () => client.images.generate({ ...request, prompt: `a cat and ${word}` }),
    retires: () => client.images.generate({ ...request, model: "dall-e-3" }),
    async edits() {
      const [picture] = (await client.images.generate(request)).data;
      const file = name => toFile(Buffer.from(picture.b64_json, "base64"), name, { type: "image/png" });
      const one = await client.images.edit({ ...request, image: await file("one.png") });
      const two = await client.images.edit({ ...request, image: [await file("one.png"), await file("two.png")], n: 2 });
      return { one: tell(one), two: tell(two) };
    },
    async streams() {
      const events = [];
      const stream = await client.images.generate({ ...request, stream: true, partial_images: 2 });
      for await (const event of stream) events.push({ type: event.type, ...see(event) });
      return { events };
    },
  };
};
