// The stories of Replicate's client.
import { createServer } from "node:http";

export default ({ load, get, doubles, key, word }) => {
  const Replicate = load("replicate");
  const client = new Replicate({ auth: key, baseUrl: `${doubles}/replicate/v1` });
  const schnell = "black-forest-labs/flux-schnell";
  const start = () => client.predictions.create({ model: schnell, input: { prompt: "a cat", seed: 7 } });

  return {
    // It asks for the answer to be held, and takes every status but "starting" for the end.
    async runs() {
      const output = await client.run(schnell, { input: { prompt: "a cat", num_outputs: 2, output_format: "png" } });
      return { pictures: await Promise.all(output.map(get)) };
    },
    async runsAVersion() {
      const output = await client.run(`stability-ai/sdxl:${word}`, { input: { prompt: "a cat", negative_prompt: "dogs", width: 768, height: 512 } });
      return { pictures: await Promise.all(output.map(get)) };
    },
    async polls() {
      const statuses = [];
      const wait = { mode: "poll", interval: 20 };
      const output = await client.run(schnell, { input: { prompt: "a cat" }, wait }, prediction => statuses.push(prediction.status));
      return { statuses, picture: await get(output[0]) };
    },
    async uploads() {
      const image = Buffer.alloc(300_000, 1);
      const prediction = await client.predictions.create({ model: "black-forest-labs/flux-dev", input: { prompt: "a cat", image }, wait: true });
      return { status: prediction.status, image: prediction.input.image, picture: await get(prediction.output[0]) };
    },
    rejects: () => client.run(schnell, { input: { prompt: "a cat", output_format: "gif" } }),
    finds: () => client.run("black-forest-labs/flux-forgotten", { input: { prompt: "a cat" } }),
    async cancels() {
      const { id } = await start();
      const canceled = await client.predictions.cancel(id);
      return { canceled: canceled.status, then: (await client.predictions.get(id)).status };
    },
    async aborts() {
      const abort = new AbortController();
      const statuses = [];
      const wait = { mode: "poll", interval: 20 };
      const output = await client.run(schnell, { input: { prompt: "a cat" }, wait, signal: abort.signal }, prediction => {
        statuses.push(prediction.status);
        if (prediction.status === "processing") abort.abort();
      });
      return { output, statuses };
    },
    async lists() {
      const started = [await start(), await start()].map(prediction => prediction.id);
      const listed = [];
      for await (const page of client.paginate(client.predictions.list)) listed.push(...page.map(prediction => prediction.id));
      return { found: started.every(id => listed.includes(id)) };
    },
    async hears() {
      const heard = await new Promise((resolve, reject) => {
        const server = createServer(async (request, response) => {
          let body = "";
          for await (const part of request) body += part;
          response.end();
          server.close();
          resolve({ headers: request.headers, body });
        }).listen(0, "127.0.0.1", () => {
          const hook = { webhook: `http://127.0.0.1:${server.address().port}/`, webhook_events_filter: ["completed"] };
          client.predictions.create({ model: schnell, input: { prompt: "a cat" }, ...hook }).catch(reject);
        });
      });
      const { validateWebhook } = Replicate;
      const secret = (await client.webhooks.default.secret.get()).key;
      return {
        status: JSON.parse(heard.body).status,
        genuine: await validateWebhook(heard, secret),
        changed: await validateWebhook({ ...heard, body: heard.body.replace("succeeded", "failed") }, secret),
      };
    },
  };
};
