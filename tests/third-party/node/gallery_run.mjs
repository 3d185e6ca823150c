// Every page in every state, from the files that `cargo run -p pages --example gallery` writes: its policy, its
// accessibility, narrow screens; in the light in one language, and in the dark in the other.
//
//     node gallery_run.mjs '{"screens", "gallery": FOLDER, "every": N}'
//
// With `every`, only each Nth of them.

import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { start } from "./browser.mjs";
import { HEADERS } from "./pages.mjs";
import { must, step } from "./steps.mjs";

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript" };
const COLOURS = { en: "light", de: "dark" };
const AT_ONCE = 2;

const { screens, gallery, every = 1 } = JSON.parse(process.argv[2]);
const policy = await readFile(join(gallery, "policy.txt"), "utf8");

const server = createServer(async (request, response) => {
  const path = new URL(request.url, "http://localhost").pathname;
  const bytes = await readFile(join(gallery, path)).catch(() => undefined);
  const headers = { ...HEADERS, "Content-Security-Policy": policy, "Content-Type": TYPES[extname(path)] };
  response.writeHead(bytes ? 200 : 404, headers).end(bytes);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");

const names = (await readdir(gallery)).filter((name) => extname(name) === ".html");
// Some go on by themselves; and what differs in its words alone need not be looked at each time.
const pages = names.filter((name) => !/^(form-post|onward)|-notice-([1-9]|1[0-9])\./.test(name));
await step("gallery", () => must(pages.length > 100, `only ${pages.length} pages: was the gallery written?`));
const browser = await start(screens);

async function look(visitor, name) {
  const [page, language] = name.split(".");
  await visitor.page.emulateMedia({ colorScheme: COLOURS[language] });
  await visitor.open(`http://localhost:${server.address().port}/${name}`);
  await visitor.look(`${page}-${language}`);
}

await step("pages", async () => {
  const pending = pages.filter((_, index) => index % every === 0);
  const findings = [];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    const visitor = await browser.visitor();
    for (let name = pending.shift(); name; name = pending.shift()) await look(visitor, name);
    findings.push(...visitor.findings);
  }));
  must(findings.length === 0, findings.join("\n"));
});

await browser.close();
server.close();
await step("done", () => {});
process.exit(0);
