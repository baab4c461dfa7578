import type { ConnectorDraft, ConnectorSecrets } from '../../../../contracts/connector-settings.ts'

/** The form of a connector: fields are named as the contract names them. */
export interface EditorValues {
  name: string
  draft: ConnectorDraft
  secrets: ConnectorSecrets
}

/** Secrets that were typed in; those left empty stay as they are. */
export function typedSecrets(secrets: ConnectorSecrets | undefined): ConnectorSecrets {
  return Object.fromEntries(Object.entries(secrets ?? {}).filter(([, value]) => value !== undefined && value !== ''))
}
