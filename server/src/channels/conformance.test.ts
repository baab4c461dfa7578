import { describe, expect, it } from 'vitest'
import { conformanceCases, runConformanceCase, type StartPeer } from './testing/conformance.ts'
import { providers } from './registry.ts'

/** The peer that every provider's folder brings along. */
async function peerOf(providerId: string): Promise<StartPeer> {
  const { startPeer } = (await import(`./${providerId}/testing/peer.ts`)) as { startPeer: StartPeer }
  return startPeer
}

describe.each(providers.map((provider) => [provider.id, provider] as const))('provider %s', (id, provider) => {
  it.each(conformanceCases.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    await runConformanceCase(provider, await peerOf(id), each)
  })

  it('describes itself in both languages, with defaults its own schema takes', () => {
    for (const words of [provider.label, provider.description, ...provider.fields.map((field) => field.label)]) expect(words.zh && words.en).toBeTruthy()
    const defaults = Object.fromEntries(provider.fields.flatMap((field) => (field.default === undefined ? [] : [[field.key, field.default]])))
    const problems = provider.config.safeParse(defaults).error?.issues.map((issue) => String(issue.path[0])) ?? []
    expect(problems.every((key) => provider.fields.find((field) => field.key === key)?.required)).toBe(true)
  })
})
