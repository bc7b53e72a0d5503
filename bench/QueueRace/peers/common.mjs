// What both peers do the same way: one measurement a process, its answer one line of JSON. Nothing here is worth keeping after a crash.
// usage: node PEER.mjs TASK URL JOBS WARM-UP
import pg from 'pg';

const [task, url, jobs, warmUp] = process.argv.slice(2);
export const race = { task, url, jobs: Number(jobs), warmUp: Number(warmUp) };

export const chunkSize = 1000, callers = 20;
export const sleep = milliseconds => new Promise(done => setTimeout(done, milliseconds));

/** CLOCK_MONOTONIC in milliseconds: comparable between the processes of a machine. */
export const now = () => Number(process.hrtime.bigint()) / 1e6;

/** About 110 bytes. */
export const payload = i => ({ i, prompt: 'a lighthouse at dusk, watercolor, 35mm, soft light', w: 1024, h: 1024, user: `u${i % 1000}` });

export const answer = line => process.stdout.write(JSON.stringify(line) + '\n');

/** Counts handled jobs, and knows when the first and the last of them were. */
export class Tally {
  handled = 0;

  constructor(target) {
    this.target = target;
    this.all = new Promise(done => { this.finish = done; });
  }

  count(jobs = 1) {
    this.first ||= now();
    this.handled += jobs;
    if (this.handled >= this.target) this.finish();
  }
}

/** Calls 0 … count - 1, twenty at a time; answers how many a second. */
export async function singly(count, add) {
  let next = 0;
  const started = now();
  await Promise.all(Array.from({ length: callers }, async () => { while (next < count) await add(next++); }));
  return count / (now() - started) * 1000;
}

/** Adds in chunks of a thousand, one after the other; answers how many a second. */
export async function inChunks(count, addMany) {
  const started = now();
  for (let first = 0; first < count; first += chunkSize)
    await addMany(Array.from({ length: Math.min(chunkSize, count - first) }, (_, k) => payload(first + k)));
  return count / (now() - started) * 1000;
}

/** Calls one at a time with pauses; answers when each commit was acknowledged. */
export async function withPauses(count, add) {
  const acknowledged = [];
  for (let i = 0; i < count; i++) {
    await add(i);
    acknowledged.push(now());
    await sleep(20 + Math.random() * 30);
  }
  return acknowledged;
}

/** Repeats until the compiler of the runtime has had time to do its best. */
export async function warm(work) {
  const started = now();
  for (let times = 0; times < 10 && now() - started < 15_000; times++) await work();
}

export async function tidy() {
  await query('vacuum analyze');
  await query('checkpoint');
}

/** Waits until a query that counts what is not durably done answers 0; answers when that was. */
export async function until(nothingLeft) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    while ((await client.query(nothingLeft)).rows[0].left > 0) await sleep(2);
    return now();
  } finally {
    await client.end();
  }
}

async function query(sql) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
