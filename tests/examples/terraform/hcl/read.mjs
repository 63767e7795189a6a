// Reads the .tf files named as arguments with HashiCorp's own parser and formatter, and prints what they found as JSON:
// for each file its text as `terraform fmt` would write it, its blocks as values, and what each block refers to.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { format } from "@cdktf/hcl-tools";
import { getReferencesInExpression, parse } from "@cdktf/hcl2json";

const LABELS = { resource: 2, data: 2, variable: 1, output: 1, provider: 1 };

function* blocks(parsed) {
  for (const [kind, found] of Object.entries(parsed)) {
    if (kind === "locals") {
      for (const body of found) for (const [name, value] of Object.entries(body)) yield [["local", name], value];
    } else if (kind === "terraform") {
      for (const body of found) yield [["terraform"], body];
    } else {
      yield* labelled([kind], found, LABELS[kind]);
    }
  }
}

function* labelled(address, found, labels) {
  if (labels === undefined) throw new Error(`No block of this kind is expected here: ${address[0]}`);
  if (labels === 0) {
    for (const body of found) yield [address, body];
  } else {
    for (const [name, inner] of Object.entries(found)) yield* labelled([...address, name], inner, labels - 1);
  }
}

async function references(value) {
  if (typeof value === "string") {
    return value.includes("${") ? (await getReferencesInExpression("main.tf", value)).map((found) => found.value) : [];
  }
  if (value === null || typeof value !== "object") return [];
  const inner = await Promise.all(Object.values(value).map(references));
  return [...new Set(inner.flat())].sort();
}

async function read(path) {
  const text = await readFile(path, "utf8");
  const found = [];
  for (const [address, body] of blocks(await parse(basename(path), text))) {
    found.push({ address, body, references: await references(body) });
  }
  return { formatted: await format(text), blocks: found };
}

const files = {};
for (const path of process.argv.slice(2)) files[path] = await read(path);
process.stdout.write(JSON.stringify(files), () => process.exit(0)); // the parser's worker would keep it waiting
