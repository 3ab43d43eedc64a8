// web-push as its documentation says, with a keep-alive agent. Arguments: MANY; subscriptions come by standard input.
import { readFileSync } from "node:fs"
import { Agent } from "node:https"
import webpush from "web-push"

const ABREAST = 100
const given = JSON.parse(readFileSync(0, "utf8"))
const subscriptions = given.subscriptions.slice(0, Number(process.argv[2]))
const keys = webpush.generateVAPIDKeys()
webpush.setVapidDetails("mailto:bench@lindian.example", keys.publicKey, keys.privateKey)
const options = { TTL: 3600, urgency: "normal", agent: new Agent({ keepAlive: true, maxSockets: ABREAST }) }
let next = 0
let messages = 0

async function send() {
  while (next < subscriptions.length) {
    const answer = await webpush.sendNotification(subscriptions[next++], given.payload, options)
    if (answer.statusCode === 201) messages++
  }
}

const began = performance.now()
const before = process.cpuUsage()
await Promise.all(Array.from({ length: ABREAST }, send))
const used = process.cpuUsage(before)
const done = { messages, wall_s: (performance.now() - began) / 1000, cpu_s: (used.user + used.system) / 1e6 }
console.log(JSON.stringify({ ...done, memory_mb: process.resourceUsage().maxRSS / 1024 }))
process.exit()
