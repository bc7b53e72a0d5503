// graphile-worker at its best settings: a local queue of 500, 24 jobs at once, no delays; for pick-up without the local queue, too.
import pg from 'pg';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { Tally, answer, callers, inChunks, now, payload, race, singly, sleep, tidy, until, warm, withPauses } from './common.mjs';

const task = 'race', logger = new Logger(() => () => {});
const draining = {
  concurrentJobs: 24, maxPoolSize: 25, localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
  completeJobBatchDelay: 0, failJobBatchDelay: 0,
};
const listening = { concurrentJobs: 10, maxPoolSize: 11 };
const left = 'select count(*)::int as left from graphile_worker._private_jobs';

const pool = connect(callers);
const utils = await makeWorkerUtils({ pgPool: pool, logger });
await utils.migrate();
const add = i => utils.addJob(task, payload(i));
const addMany = payloads => utils.addJobs(payloads.map(payload => ({ identifier: task, payload })));

function connect(max) {
  const pool = new pg.Pool({ connectionString: race.url, max });
  const fail = error => { throw error; };
  pool.on('error', fail);
  pool.on('connect', client => client.on('error', fail));
  return pool;
}

async function start(worker, handle) {
  const workerPool = connect(worker.maxPoolSize);
  const preset = { worker: { logger, ...worker } };
  const runner = await run({ pgPool: workerPool, noHandleSignals: true, logger, preset, taskList: { [task]: handle } });
  return async () => { await runner.stop(); await workerPool.end(); };
}

async function drain(count) {
  await inChunks(count, addMany);
  await tidy();
  const tally = new Tally(count);
  const stop = await start(draining, async () => tally.count());
  await tally.all;
  const rate = count / (await until(left) - tally.first) * 1000;
  await stop();
  return rate;
}

async function pickUp(worker) {
  const picked = [];
  const all = new Tally(race.jobs);
  const stop = await start(worker, async job => { picked[job.i] = now(); all.count(); });
  await sleep(1500);
  answer({ ready: true });
  await all.all;
  answer({ times: picked });
  await stop();
}

switch (race.task) {
  case 'drain':
    await warm(() => drain(race.warmUp));
    answer({ rate: await drain(race.jobs) });
    break;
  case 'enqueue':
    await warm(() => singly(race.warmUp, add));
    answer({ rate: await singly(race.jobs, add) });
    break;
  case 'bulk':
    await warm(() => inChunks(race.warmUp, addMany));
    answer({ rate: await inChunks(race.jobs, addMany) });
    break;
  case 'listen':
    await pickUp(listening);
    break;
  case 'listen-local-queue':
    await pickUp(draining);
    break;
  case 'call':
    answer({ times: await withPauses(race.jobs, add) });
    break;
  default:
    throw new Error(`There is no task '${race.task}'.`);
}
process.exit(0);
