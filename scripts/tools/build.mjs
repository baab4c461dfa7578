import fs from 'node:fs'
import { installedProgram, runQuietly, step } from './console.mjs'
import { fingerprint, projectPath, readText, writeText } from './project.mjs'

const common = ['contracts', 'tsconfig.base.json', 'package-lock.json']

const parts = [
  {
    name: 'server',
    inputs: [...common, 'server/src', 'examples', 'tsconfig.server.json'],
    output: 'dist/server/src/main.js',
    words: { zh: '构建服务端', en: 'Building the server' },
    // Types are checked by `npm run verify`; here only the code is wanted.
    build: () =>
      runQuietly(process.execPath, [
        installedProgram('typescript', 'bin', 'tsc'),
        '-p',
        'tsconfig.server.json',
        '--noCheck',
        '--incremental',
        'false',
        '--tsBuildInfoFile',
        'null',
      ]),
    clean: ['dist/server', 'dist/contracts', 'dist/examples'],
  },
  {
    name: 'console',
    inputs: [...common, 'console'],
    output: 'dist/console/index.html',
    words: { zh: '构建控制台', en: 'Building the console' },
    build: () => runQuietly(process.execPath, [installedProgram('vite', 'bin', 'vite.js'), 'build', 'console', '--logLevel', 'warn']),
    clean: [],
  },
]

/** Builds the parts whose sources changed since they were built last. */
export async function buildIfNeeded() {
  for (const part of parts) {
    const wanted = fingerprint(part.inputs)
    const mark = projectPath('dist', `${part.name}.built`)
    if (readText(mark) === wanted && fs.existsSync(projectPath(part.output))) continue
    fs.rmSync(mark, { force: true })
    // What is no longer in the sources must not live on in the build.
    for (const folder of part.clean) fs.rmSync(projectPath(folder), { recursive: true, force: true })
    await step(part.words, part.build)
    writeText(mark, wanted)
  }
}
