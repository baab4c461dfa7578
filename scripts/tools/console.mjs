import { spawn } from 'node:child_process'
import { projectPath } from './project.mjs'

export function say(text) {
  process.stdout.write(`  ${text}\n`)
}

export function fail(...lines) {
  process.stderr.write(`\n${lines.map((line) => `  ✗ ${line}`).join('\n')}\n\n`)
  process.exit(1)
}

export function requireNode(major, minor) {
  const [haveMajor = 0, haveMinor = 0] = process.versions.node.split('.').map(Number)
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return
  fail(
    `需要 Node.js ${major}.${minor} 或更高版本，当前为 ${process.versions.node}`,
    `Node.js ${major}.${minor} or newer is needed; this is ${process.versions.node}`,
  )
}

/** Says a step with its time when it is done; on failure prints what the program printed and ends. */
export async function step({ zh, en }, work) {
  const startedMs = performance.now()
  say(`· ${zh} / ${en} …`)
  await work()
  say(`  ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
}

/** Runs a program of the project to its end; quiet unless it fails. */
export async function runQuietly(program, args, options = {}) {
  const { code, output } = await collect(program, args, options)
  if (code === 0) return
  process.stderr.write(output)
  fail(`${[program, ...args].join(' ')} (${code})`)
}

/** Runs a program with its output shown; answers its exit code. */
export function runShown(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: projectPath(), stdio: ['ignore', 'inherit', 'inherit'], ...options })
    child.on('error', () => resolve(127))
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

function collect(program, args, options) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: projectPath(), stdio: ['ignore', 'pipe', 'pipe'], ...options })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => chunks.push(bytes))
    child.on('error', (error) => resolve({ code: 127, output: `${error.message}\n` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}

/** A program that npm installed, run by this Node. */
export function installedProgram(...parts) {
  return projectPath('node_modules', ...parts)
}
