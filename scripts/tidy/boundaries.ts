import path from 'node:path'
import { isTestCode, localImports, packageImports, type SourceFile } from './source-files.ts'

/** Capabilities of the server, lowest first: each may import those before it, only through their `index.ts`. */
export const capabilityOrder = [
  'platform',
  'access',
  'workspaces',
  'people',
  'tags',
  'collect',
  'connectors',
  'catalogue',
  'audience',
  'content',
  'channels',
  'delivery',
  'campaigns',
  'insight',
] as const

/** `server/src/app.ts` and `main.ts` wire everything and may import anything below them. */
const wiring = new Set(['server/src/app.ts', 'server/src/main.ts'])

function capabilityOf(file: string): string | undefined {
  return /^server\/src\/([^/]+)\//.exec(file)?.[1]
}

function featureOf(file: string): string | undefined {
  return /^console\/src\/features\/([^/]+)\//.exec(file)?.[1]
}

/** Why `from` may not import `to`, or nothing. */
export function forbiddenImport(from: string, to: string): string | undefined {
  if (isTestCode(from) || wiring.has(from)) return undefined
  if (from.startsWith('contracts/')) return to.startsWith('contracts/') ? undefined : 'contracts import nothing of the project'
  if (from.startsWith('server/')) return forbiddenInServer(from, to)
  if (from.startsWith('console/')) return forbiddenInConsole(from, to)
  return undefined
}

function forbiddenInServer(from: string, to: string): string | undefined {
  if (to.startsWith('contracts/')) return undefined
  if (!to.startsWith('server/src/')) return 'the server imports only contracts and itself'
  const [mine, theirs] = [capabilityOf(from), capabilityOf(to)]
  if (mine === undefined || theirs === undefined || mine === theirs)
    return theirs === undefined && mine !== undefined ? 'wiring is imported by nobody' : undefined
  const [myRank, theirRank] = [rank(mine), rank(theirs)]
  if (myRank < 0 || theirRank < 0) return `${myRank < 0 ? mine : theirs} has no place in capabilityOrder`
  if (theirRank > myRank) return `${mine} stands below ${theirs}; hand it a callback instead`
  if (theirs !== 'platform' && path.posix.basename(to) !== 'index.ts') return `${theirs} is used only through its index.ts`
  return undefined
}

const rank = (capability: string): number => (capabilityOrder as readonly string[]).indexOf(capability)

function forbiddenInConsole(from: string, to: string): string | undefined {
  if (to.startsWith('contracts/')) return undefined
  if (!to.startsWith('console/')) return 'the console imports only contracts and itself'
  const [mine, theirs] = [featureOf(from), featureOf(to)]
  if (mine !== undefined && theirs !== undefined && mine !== theirs) return 'features do not import each other; share through ui or compose in app'
  if (mine !== undefined && to.startsWith('console/src/app/')) return 'features do not import app'
  if (from.startsWith('console/src/ui/') && (theirs !== undefined || to.startsWith('console/src/app/'))) return 'ui knows no feature'
  return undefined
}

/** Every import against the direction of dependency, as `from → to: reason`. */
export function boundaryProblems(files: readonly SourceFile[]): string[] {
  const problems: string[] = []
  for (const file of files) {
    for (const target of localImports(file)) {
      const reason = forbiddenImport(file.path, target)
      if (reason) problems.push(`${file.path} → ${target}: ${reason}`)
    }
    if (file.path.startsWith('contracts/') && !isTestCode(file.path)) {
      for (const name of packageImports(file)) if (name !== 'zod') problems.push(`${file.path} → ${name}: contracts import only zod`)
    }
  }
  return problems
}
