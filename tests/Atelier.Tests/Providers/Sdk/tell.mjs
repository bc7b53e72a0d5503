// Tells one story of one official client against the doubles, as a line of JSON: node tell.mjs CLIENT STORY DOUBLES KEY [WORD]
// It is run in the folder where the clients are installed. An error that the client throws is the story's end, not this program's.
import { createRequire } from "node:module";
import { join } from "node:path";

const [client, story, doubles, key, word] = process.argv.slice(2);
const load = createRequire(join(process.cwd(), "here.js"));

// Names of hosts that a client cannot be told otherwise lead to the doubles; nothing else of its calls is changed.
function lead(hosts) {
  const straight = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = new URL(typeof input === "string" || input instanceof URL ? input : input.url);
    const double = hosts[url.host];
    if (!double && url.protocol !== "data:" && url.hostname !== "127.0.0.1") throw new Error(`${url.host} is no double`);
    return straight(double ? `${doubles}${double}${url.pathname}${url.search}` : input, init);
  };
  return globalThis.fetch;
}

// What a picture is, from its first bytes, and how large.
function look(bytes) {
  const picture = Buffer.from(bytes);
  const isPng = picture.subarray(1, 4).toString() === "PNG";
  return { png: isPng, width: isPng ? picture.readUInt32BE(16) : 0, height: isPng ? picture.readUInt32BE(20) : 0 };
}

async function get(url) {
  const response = await fetch(url);
  return { status: response.status, ...look(await response.arrayBuffer()) };
}

function describe(error) {
  const answer = error.response ?? error.httpResponse ?? {};
  const { code, type, param, requestID, requestId, fieldErrors, body } = error;
  const status = error.status ?? answer.status ?? null;
  const request = requestID || requestId || answer.requestId;
  return { class: error.constructor.name, message: error.message, status, code, type, param, requestId: request, fieldErrors, body };
}

const stories = (await import(`./${client}.mjs`)).default({ load, lead, look, get, doubles, key, word });
// Some clients wait with timers that keep no program alive.
const awake = setInterval(() => {}, 60_000);
let told;
try {
  told = await stories[story]();
} catch (error) {
  told = { error: describe(error) };
}
clearInterval(awake);
console.log(JSON.stringify(told));
