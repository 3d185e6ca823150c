// How a party tells what it does: one line of JSON for each step, and one for each address that a person is to open.

import { once } from "node:events";
import { createServer } from "node:http";

const tell = (line) => console.log(JSON.stringify(line));

/** Everything that an error says, its causes too. */
function written(error) {
  const words = [];
  for (let at = error; at && words.length < 5; at = at.cause) {
    words.push([at.code, at.message, at.error, at.error_description].filter(Boolean).join(" "));
  }
  return words.join("; ") || String(error);
}

/** Runs one step. The first that fails ends the party. */
export async function step(name, run) {
  try {
    const result = await run();
    tell({ step: name, ok: true });
    return result;
  } catch (error) {
    tell({ step: name, ok: false, error: written(error) });
    process.exit(1);
  }
}

export function must(holds, sentence) {
  if (!holds) throw new Error(sentence);
}

/** Asks for a person who opens an address. `how` says what they do there: `action`, `leave_out`. */
export const open = (url, how = {}) => tell({ step: "open", ok: true, url: String(url), how });

/** Listens where the provider sends people back to. `returned` waits for the next of them, and gives the address. */
export async function listen(redirectUri) {
  const { hostname, port, origin } = new URL(redirectUri);
  const arrived = [];
  let waiting;
  const server = createServer((request, response) => {
    response.writeHead(200, { "Content-Type": "text/plain" }).end("You may close this window.");
    // Browsers ask for a picture of their own accord.
    if (request.url === "/favicon.ico") return;
    const url = new URL(request.url, origin);
    if (waiting) waiting(url);
    else arrived.push(url);
    waiting = undefined;
  });
  server.listen(Number(port), hostname);
  await once(server, "listening");
  return { returned: async () => arrived.shift() ?? new Promise((resolve) => (waiting = resolve)) };
}
