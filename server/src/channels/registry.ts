import type { ChannelProvider } from './provider.ts'
import { sandboxProvider } from './sandbox/provider.ts'
import { smppProvider } from './smpp/provider.ts'

/** Every provider an account can be made of: one line each. */
const registered = [sandboxProvider, smppProvider] as const

/** A provider whose settings are only known to itself: they go from `config.parse` into `open` and `parseCallback` unseen. */
export type AnyProvider = ChannelProvider<unknown>

export const providers: readonly AnyProvider[] = registered

export function findProvider(id: string): AnyProvider | undefined {
  return providers.find((provider) => provider.id === id)
}
