// pg-boss at its best settings: two workers with batches of 2,000; a task that ends in "-notify" has its notifications on.
import { PgBoss } from 'pg-boss';
import { Tally, answer, callers, inChunks, now, payload, race, singly, sleep, tidy, until, warm, withPauses } from './common.mjs';

const queue = 'race', notify = race.task.endsWith('-notify');
const draining = { batchSize: 2000, localConcurrency: 2, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
const listening = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 30 };
const left = "select count(*)::int as left from pgboss.job where state < 'completed'";

const boss = new PgBoss({
  connectionString: race.url, max: callers, schedule: false, supervise: true, useListenNotify: race.task === 'listen-notify',
});
boss.on('error', error => console.error(error.message));
await boss.start();
await boss.createQueue(queue, { notify });
const add = i => boss.send(queue, payload(i));
const addMany = payloads => boss.insert(queue, payloads.map(data => ({ data })));

async function drain(count) {
  await inChunks(count, addMany);
  await tidy();
  const tally = new Tally(count);
  await boss.work(queue, draining, async jobs => tally.count(jobs.length));
  await tally.all;
  const rate = count / (await until(left) - tally.first) * 1000;
  await boss.offWork(queue);
  return rate;
}

switch (race.task) {
  case 'drain':
    await warm(() => drain(race.warmUp));
    answer({ rate: await drain(race.jobs) });
    break;
  case 'enqueue':
  case 'enqueue-notify':
    await warm(() => singly(race.warmUp, add));
    answer({ rate: await singly(race.jobs, add) });
    break;
  case 'bulk':
    await warm(() => inChunks(race.warmUp, addMany));
    answer({ rate: await inChunks(race.jobs, addMany) });
    break;
  case 'listen-notify': {
    const picked = [], all = new Tally(race.jobs);
    await boss.work(queue, listening, async ([job]) => { picked[job.data.i] = now(); all.count(); });
    await sleep(1500);
    answer({ ready: true });
    await all.all;
    answer({ times: picked });
    break;
  }
  case 'call-notify':
    answer({ times: await withPauses(race.jobs, add) });
    break;
  default:
    throw new Error(`There is no task '${race.task}'.`);
}
process.exit(0);
