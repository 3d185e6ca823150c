// Pages that the browser's checks are tried on: one that is well, one with a passkey, and many with one flaw each.

import { once } from "node:events";
import { createServer } from "node:http";
import { HEADERS, page } from "./pages.mjs";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
const WELL = { ...HEADERS, "Content-Security-Policy": POLICY };

const FORM = `
  <form method="post" action="/there">
    <p><label>User name <input name="username"></label></p>
    <p><button name="action" value="sign-in">Sign in</button></p>
  </form>`;

const header = (name, value) => ({ headers: { ...WELL, [name]: value } });
const policy = (from, to) => header("Content-Security-Policy", POLICY.replace(from, to));

const WITH_HEADER_FLAWS = {
  "no-policy": [header("Content-Security-Policy", ""), /no Content-Security-Policy/],
  "inline-scripts": [policy("script-src 'self'", "script-src 'unsafe-inline'"), /unsafe-inline/],
  "inline-styles": [policy("style-src 'self'", "style-src 'unsafe-inline'"), /unsafe-inline/],
  "scripts-from-anywhere": [policy("script-src 'self'", "script-src *"), /allows \* for script-src/],
  "no-default": [policy("default-src 'none'; ", ""), /leaves object-src open/],
  "any-base": [policy("base-uri 'none'; ", ""), /base-uri open/],
  "framed-by-itself": [policy("ancestors 'none'", "ancestors 'self'"), /frame-ancestors/],
  "framed": [header("X-Frame-Options", "SAMEORIGIN"), /x-frame-options/],
  "sniffed": [header("X-Content-Type-Options", ""), /x-content-type-options/],
  "referrer": [header("Referrer-Policy", "origin"), /referrer-policy/],
  "cached": [header("Cache-Control", "no-cache"), /no-store/],
};

const COOKIE = "__Host-session=x; Secure; HttpOnly; SameSite=Lax; Path=/";
const cookie = (from, to) => header("Set-Cookie", COOKIE.replace(from, to));
const body = (html) => ({ html });

const WITH_FLAWS = {
  "cached-page": [header("Cache-Control", "private"), /no-store/],
  "blocked-script": [body(`${FORM}<script>document.title = "x"</script>`), /Content Security Policy/],
  "no-label": [body(FORM.replace("<label>User name ", "<label>").replace("</label>", "</label> User name")), /label/],
  "no-language": [{ whole: page("x", FORM).replace(' lang="en"', "") }, /html-has-lang/],
  "picture-without-words": [body(`${FORM}<svg role="img" width="9" height="9"></svg>`), /svg-img-alt/],
  "wide": [body(`${FORM}<pre>${"x".repeat(200)}</pre>`), /pixels wide/],
  "cookie-for-scripts": [cookie("HttpOnly; ", ""), /HttpOnly/],
  "cookie-across-sites": [cookie("SameSite=Lax", "SameSite=None"), /SameSite/],
  "cookie-of-no-host": [cookie("__Host-", ""), /__Host-/],
};

const complaints = (flaws) =>
  Object.fromEntries(Object.entries(flaws).map(([name, [, complaint]]) => [name, complaint]));

/** What is wrong with the page of each name, as a pattern of what must be said of it: of its headers, or in a browser. */
export const HEADER_FLAWS = complaints(WITH_HEADER_FLAWS);
export const FLAWS = complaints(WITH_FLAWS);

const PASSKEY = page("Passkey", `
  <p><button id="create">Make a passkey</button> <button id="get">Use it</button></p>
  <p id="result" role="status"></p><script src="/passkey.js"></script>`);

const PASSKEY_SCRIPT = `
const random = () => crypto.getRandomValues(new Uint8Array(32));
const user = { id: random(), name: "ann", displayName: "Ann" };
const makes = {
  challenge: random(), rp: { name: "sample" }, user, pubKeyCredParams: [{ type: "public-key", alg: -7 }],
  authenticatorSelection: { residentKey: "required", userVerification: "required" },
};
const button = (name, run) => document.getElementById(name).addEventListener("click", async () => {
  const result = document.getElementById("result");
  result.textContent = await run().then((found) => name + " " + found.type, (error) => name + " " + error.name);
});
button("create", () => navigator.credentials.create({ publicKey: makes }));
button("get", () => navigator.credentials.get({ publicKey: { challenge: random(), userVerification: "required" } }));
`;

function answer(path) {
  if (path === "/well") return header("Set-Cookie", COOKIE);
  if (path === "/passkey") return { whole: PASSKEY };
  if (path === "/passkey.js") return { whole: PASSKEY_SCRIPT, headers: { "Content-Type": "text/javascript" } };
  if (path === "/no-buttons") return { html: '<p><span onclick="x()" class="button">Sign in</span></p>' };
  if (path === "/hidden-focus") return { html: `<link rel="stylesheet" href="/hidden.css">${FORM}` };
  if (path === "/hidden.css") return { whole: "* { outline: none }", headers: { "Content-Type": "text/css" } };
  return { ...WITH_HEADER_FLAWS, ...WITH_FLAWS }[path.slice(1)]?.[0];
}

/** Serves them at http://localhost:PORT, which browsers let have passkeys. Returns that origin, and a way to stop. */
export async function serve() {
  const server = createServer((request, response) => {
    const { html = FORM, whole, headers = WELL } = answer(request.url) ?? { html: "<p>Nothing is here.</p>" };
    response.writeHead(200, headers).end(whole ?? page("Sample", html));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => (server.closeAllConnections(), server.close());
  return { origin: `http://localhost:${server.address().port}`, close };
}
