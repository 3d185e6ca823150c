// Shows that the browser's checks notice what is wrong.
//
//     node browser_calibration.mjs '{"screens", "party": {...}}'
//
// `party` is as for the relying parties, of a provider that shows oidc-provider's own forms.

import { start } from "./browser.mjs";
import { wrongHeaders } from "./headers.mjs";
import { authorize, discover } from "./party.mjs";
import { FLAWS, HEADER_FLAWS, serve } from "./samples.mjs";
import { must, step } from "./steps.mjs";

const { screens, party } = JSON.parse(process.argv[2]);
const browser = await step("start", () => start(screens));
const samples = await serve();
const { withVisitor } = browser;

await step("a page that is well", () =>
  withVisitor({}, async (visitor) => {
    await visitor.open(`${samples.origin}/well`);
    await visitor.look("sample");
    await visitor.checkCookies();
    await visitor.fillByKeyboard({ username: "ann" }, "button");
    visitor.mustBeClean();
  }));

await step("flaws of headers", async () => {
  for (const [name, complaint] of Object.entries(HEADER_FLAWS)) {
    const { headers } = await fetch(`${samples.origin}/${name}`);
    const [found, ...more] = wrongHeaders(Object.fromEntries(headers));
    must(complaint.test(found ?? ""), `${name} is not noticed: ${found}`);
    must(more.every((sentence) => complaint.test(sentence)), `${name}: more is found than that: ${more}`);
  }
});

for (const [name, complaint] of Object.entries(FLAWS)) {
  await step(name, () =>
    withVisitor({}, async (visitor) => {
      await visitor.open(`${samples.origin}/${name}`);
      if (name.startsWith("cookie")) await visitor.checkCookies();
      else await visitor.look("sample-with-flaw");
      const [found, ...more] = visitor.findings;
      must(complaint.test(found ?? ""), `${name} is not noticed: ${found}`);
      must(more.every((sentence) => complaint.test(sentence)), `${name}: more is found than that: ${more}`);
    }));
}

await step("without JavaScript", () =>
  withVisitor({ javaScript: false }, async (visitor) => {
    await visitor.open(`${samples.origin}/no-label`);
    await visitor.look("sample-without-scripts");
    must(FLAWS["no-label"].test(visitor.findings[0] ?? ""), "a flaw is not noticed where scripts do not run");
    await visitor.open("data:text/html,<p>plain</p><script>document.body.textContent = 'it ran'</script>");
    must((await visitor.page.innerText("body")) === "plain", "scripts run after a look, and should not");
  }));

await step("flaws of keyboards", () =>
  withVisitor({}, async (visitor) => {
    await visitor.open(`${samples.origin}/no-buttons`);
    const reached = await visitor.tabTo("span").then(() => true, () => false);
    must(!reached, "what no keyboard reaches is reached");
    await visitor.open(`${samples.origin}/hidden-focus`);
    await visitor.tabTo("input");
    must(/focus/.test(visitor.findings.at(-1)), "a focus that nobody sees is not noticed");
  }));

await step("passkey", () =>
  withVisitor({}, async (visitor) => {
    const says = async (name, text) => {
      await visitor.page.click(`#${name}`);
      await visitor.page.getByText(`${name} `).waitFor();
      const found = await visitor.page.textContent("#result");
      must(found === `${name} ${text}`, `${found}, not ${name} ${text}`);
      await visitor.open(`${samples.origin}/passkey`);
    };
    await visitor.open(`${samples.origin}/passkey`);
    const authenticator = await visitor.authenticator();
    await says("create", "public-key");
    must((await authenticator.credentials()).length === 1, "the authenticator keeps no passkey");
    await says("get", "public-key");
    await authenticator.verifies(false);
    await says("get", "NotAllowedError");
    visitor.mustBeClean();
  }));

await step("pages of oidc-provider itself", () =>
  withVisitor({}, async (visitor) => {
    const browse = async (url) => {
      await visitor.open(url);
      await visitor.look("oidc-provider-sign-in");
      throw new Error("far enough");
    };
    await authorize(await discover(party), party, browse, () => undefined).catch(() => undefined);
    must(visitor.findings.length > 0, "its developer's page, made for no such check, passes");
  }));

await browser.close();
samples.close();
await step("done", () => {});
process.exit(0);
