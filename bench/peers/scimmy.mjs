// A SCIM service provider of scimmy and express, with everything in two maps: nothing is durable.
//
//     node scimmy.mjs PORT
//
// Who asks is settled by comparing a string; ids and user names are found without a scan, and a page is cut
// before scimmy makes resources of it, so that what is measured is the library.

import { randomUUID } from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const port = Number(process.argv[2]);
const users = new Map();
const idOfName = new Map();

const notFound = (id) => new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);

/** The user name of the filter `userName eq "…"`, if that is what it is. */
function nameIn(filter) {
  const [only, ...others] = filter ?? [];
  if (others.length > 0 || Object.keys(only ?? {}).join() !== "userName") return undefined;
  const [operator, value] = only.userName;
  return operator === "eq" ? String(value).toLowerCase() : undefined;
}

function find({ filter, constraints }) {
  const name = nameIn(filter);
  if (name !== undefined) {
    const id = idOfName.get(name);
    return id === undefined ? [] : [users.get(id)];
  }
  if (filter) return filter.match([...users.values()]);
  const { startIndex = 1, count = 20 } = constraints ?? {};
  constraints.totalResults = users.size;
  const page = [];
  let index = 0;
  for (const user of users.values()) {
    index += 1;
    if (index >= startIndex + count) break;
    if (index >= startIndex) page.push(user);
  }
  return page;
}

SCIMMY.Resources.declare(SCIMMY.Resources.User)
  .ingress((resource, data) => {
    const before = resource.id === undefined ? undefined : users.get(resource.id);
    if (resource.id !== undefined && before === undefined) throw notFound(resource.id);
    const name = data.userName.toLowerCase();
    const id = before?.id ?? randomUUID();
    if ((idOfName.get(name) ?? id) !== id) throw new SCIMMY.Types.Error(409, "uniqueness", "The user name is taken");
    const now = new Date();
    const user = { ...JSON.parse(JSON.stringify(data)), id };
    user.meta = { created: before?.meta.created ?? now, lastModified: now };
    if (before !== undefined) idOfName.delete(before.userName.toLowerCase());
    idOfName.set(name, id);
    users.set(id, user);
    return user;
  })
  .egress((resource) => {
    if (resource.id === undefined) return find(resource);
    const user = users.get(resource.id);
    if (user === undefined) throw notFound(resource.id);
    return user;
  })
  .degress((resource) => {
    const user = users.get(resource.id);
    if (user === undefined) throw notFound(resource.id);
    idOfName.delete(user.userName.toLowerCase());
    users.delete(resource.id);
  });

const app = express();
app.disable("x-powered-by");
app.disable("etag");
const authentication = {
  type: "bearer",
  handler: (request) => {
    if (request.header("Authorization") !== "Bearer peer") throw new Error("Authorization not detected");
    return "peer";
  },
};
app.get("/ready", (_, response) => response.send("ready"));
app.use("/scim/v2", new SCIMMYRouters(authentication));
app.listen(port, "127.0.0.1");
