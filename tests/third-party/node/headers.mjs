// What every HTML page must be answered with: security.md's A8 and B10, and no place for injected scripts.

/** The directives of a policy, by name. */
function directives(policy) {
  const parts = policy.split(";").map((part) => part.trim().toLowerCase().split(/\s+/));
  return new Map(parts.filter(([name]) => name).map(([name, ...sources]) => [name, sources]));
}

function wrongPolicy(policy) {
  if (!policy) return ["no Content-Security-Policy"];
  const found = [];
  const given = directives(policy);
  const sources = (name) => given.get(name) ?? given.get("default-src");
  for (const name of ["script-src", "style-src", "object-src"]) {
    const allowed = sources(name);
    if (!allowed) found.push(`the policy leaves ${name} open`);
    for (const unsafe of ["'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:"]) {
      if (allowed?.includes(unsafe)) found.push(`the policy allows ${unsafe} for ${name}`);
    }
  }
  if (given.get("frame-ancestors")?.join() !== "'none'") found.push("the policy lacks frame-ancestors 'none'");
  if (!["'none'", "'self'"].includes(given.get("base-uri")?.join())) found.push("the policy leaves base-uri open");
  return found;
}

const EXACT = {
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/** Sentences about what is wrong with the headers of a page, whose names are in lower case. */
export function wrongHeaders(headers) {
  const found = wrongPolicy(headers["content-security-policy"]);
  for (const [name, value] of Object.entries(EXACT)) {
    if (headers[name]?.toLowerCase() !== value.toLowerCase()) found.push(`${name} is ${headers[name]}, not ${value}`);
  }
  const caching = (headers["cache-control"] ?? "").split(",").map((part) => part.trim());
  if (!caching.includes("no-store")) found.push(`cache-control is ${headers["cache-control"]}, without no-store`);
  return found;
}
