// yaml-read.mjs FILE... prints what is in each YAML file as one line of JSON (YAML 1.2 core):
// {"documents": [...]} or {"error": "..."}.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { parseAllDocuments } = createRequire(process.env.JUDGES_NODE + '/')('yaml')

function read(path) {
  const documents = parseAllDocuments(readFileSync(path, 'utf8'))
  const refused = documents.flatMap((document) => document.errors)
  return refused.length ? { error: refused[0].message } : { documents: documents.map((document) => document.toJS()) }
}

for (const path of process.argv.slice(2)) console.log(JSON.stringify(read(path)))
