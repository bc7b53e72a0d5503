// The stories of fal's client, which knows no other hosts than its own.
export default ({ load, lead, get, key }) => {
  const { createFalClient } = load("@fal-ai/client");
  const client = createFalClient({ credentials: key, fetch: lead({ "queue.fal.run": "/fal" }) });
  const schnell = "fal-ai/flux/schnell";
  const input = { prompt: "a cat", image_size: { width: 768, height: 512 }, num_inference_steps: 4, seed: 7 };

  return {
    async subscribes() {
      const statuses = new Set();
      const logs = [];
      const { data, requestId } = await client.subscribe(schnell, {
        input,
        logs: true,
        pollInterval: 20,
        onQueueUpdate: update => {
          statuses.add(update.status);
          logs.push(...(update.logs ?? []).map(log => log.message));
        },
      });
      return { statuses: [...statuses], logs, requestId, seed: data.seed, nsfw: data.has_nsfw_concepts, picture: await get(data.images[0].url) };
    },
    rejects: () => client.subscribe(schnell, { input: { ...input, num_inference_steps: 99 }, pollInterval: 20 }),
    finds: () => client.subscribe("fal-ai/forgotten", { input, pollInterval: 20 }),
    async cancels() {
      const { request_id: requestId, status } = await client.queue.submit(schnell, { input });
      const before = (await client.queue.status(schnell, { requestId })).status;
      await client.queue.cancel(schnell, { requestId });
      const after = (await client.queue.status(schnell, { requestId })).status;
      const result = await client.queue.result(schnell, { requestId }).then(() => null, error => error.status);
      return { status, before, after, result };
    },
  };
};
