/** Seals and looks up the secrets of one workspace. Values are bound to the workspace: another workspace's vault refuses them. */
export interface Vault {
  /** AES-256-GCM under the workspace's data key. */
  seal(plain: string): Buffer
  open(sealed: Buffer): string
  /** The same for bytes that are no text, e.g. a compressed batch. */
  sealBytes(plain: Buffer): Buffer
  openBytes(sealed: Buffer): Buffer
  /** Keyed hash of a namespace and a normalised value, as a UUID: equal values give equal keys, and the key says nothing else. */
  blindIndex(namespace: string, value: string): string
}

/** Vaults by workspace; the master key never leaves this module. */
export interface Vaults {
  /** The vault of a workspace, from a cache. */
  of(workspaceId: number): Promise<Vault>
  /** A new workspace's data key, sealed by the master key. */
  newSealedDataKey(): Buffer
}
