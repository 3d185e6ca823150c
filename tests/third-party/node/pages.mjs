// The pages of the upstream provider: plain forms that work without JavaScript, with the names that Ambit's have.

/** What every page is answered with. No `form-action`: a browser would hold the redirect after a form to it. */
export const HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text that is safe in HTML, in attributes too. */
export const text = (value) => String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]);

/** A whole page. `body` is HTML. */
export const page = (title, body) => `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(title)}</title></head>
<body><main><h1>${text(title)}</h1>${body}</main></body>
</html>`;

/** Makes a page the body of a koa context. */
export function show(ctx, title, body) {
  ctx.set(HEADERS);
  ctx.body = page(title, body);
}

const button = (action, label) => `<button name="action" value="${action}">${text(label)}</button>`;

/** A form that oidc-provider made, with more hidden fields and one button. */
export function inside(form, action, hidden = {}) {
  const fields = Object.entries(hidden).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  return form
    .replace('type="text"', 'type="text" aria-label="The code on the device"')
    .replace("</form>", `${fields.join("")}${button(action, action.replace("-", " "))}</form>`);
}

export function signIn(uid, wrong) {
  return page("Sign in", `
    ${wrong ? '<p role="alert">The name or the password is wrong.</p>' : ""}
    <form method="post" action="/interaction/${text(uid)}">
      <p><label>User name <input name="username" autocomplete="username" required></label></p>
      <p><label>Password
        <input name="password" type="password" autocomplete="current-password" required></label></p>
      <p>${button("sign-in", "Sign in")}</p>
    </form>`);
}

export function consent(uid, client, scopes) {
  const choices = scopes.map((scope) => `
      <p><label><input type="checkbox" name="scope" value="${text(scope)}" checked> ${text(scope)}</label></p>`);
  return page("Allow access?", `
    <p>${text(client)} asks for:</p>
    <form method="post" action="/interaction/${text(uid)}">${choices.join("")}
      <p>${button("allow", "Allow")} ${button("deny", "Deny")}</p>
    </form>`);
}
