import type { ConnectorDraft, ConnectorSecrets, SqlPullSettings, WebhookSettings } from '../../../contracts/connector-settings.ts'
import type { Problem } from '../../../contracts/errors.ts'
import type { NamespaceRules } from '../people/index.ts'
import { AppError, assertNever } from '../platform/errors.ts'
import { isAddressBlock } from '../platform/address-list.ts'
import { isSigningTemplate } from './auth/signed-text.ts'
import { checkAcknowledgement, checkMapping, wrongPath } from './mapping/check-mapping.ts'
import { parsePath } from './mapping/path.ts'
import { checkStatement } from './pulls/statement.ts'

/** Throws `validation` with every problem of a draft; `at` names the field as the request does: `body.draft.mapping.rules.0.key`. */
export function assertDraft(draft: ConnectorDraft, namespaces: NamespaceRules): void {
  const problems = problemsOf(draft, namespaces)
  if (problems.length === 0) return
  throw new AppError('validation', { problems: problems.map((problem) => ({ ...problem, at: `body.draft.${problem.at}` })) })
}

/** What is wrong with a draft, by place. */
export function problemsOf(draft: ConnectorDraft, namespaces: NamespaceRules): Problem[] {
  switch (draft.kind) {
    case 'webhook':
      return [...webhookProblems(draft.settings), ...checkMapping(draft.mapping, namespaces)]
    case 'httpPull': {
      const { itemsPath, paging, since } = draft.settings
      const paths: [string, string][] = [['settings.itemsPath', itemsPath]]
      if ('path' in paging && paging.path !== null) paths.push(['settings.paging.path', paging.path])
      if (since) paths.push(['settings.since.path', since.path])
      return [...paths.filter(([, path]) => !parsePath(path)).map(([at]) => wrongPath(at)), ...checkMapping(draft.mapping, namespaces)]
    }
    case 'sqlPull':
      return [...statementProblems(draft.settings), ...checkMapping(draft.mapping, namespaces)]
    case 'accessLog':
      return draft.settings.identities
        .flatMap(({ namespace }, index) => (namespaces.takes(namespace) ? [] : [index]))
        .map((index) => ({
          at: `settings.identities.${index}.namespace`,
          zh: '没有这种标识类型，或已停用',
          en: 'There is no such kind of identity, or it is disabled',
        }))
    default:
      return assertNever(draft)
  }
}

function webhookProblems({ auth, addresses, deliveryId, acknowledgement }: WebhookSettings): Problem[] {
  const problems = checkAcknowledgement(acknowledgement)
  for (const [index, address] of addresses.entries())
    if (!isAddressBlock(address))
      problems.push({
        at: `settings.addresses.${index}`,
        zh: '应为 IP 地址或网段，如 203.0.113.0/24',
        en: 'Must be an IP address or a block such as 203.0.113.0/24',
      })
  if (deliveryId !== null && !parsePath(deliveryId)) problems.push(wrongPath('settings.deliveryId'))
  if ('templates' in auth)
    for (const [index, template] of auth.templates.entries())
      if (!isSigningTemplate(template))
        problems.push({
          at: `settings.auth.templates.${index}`,
          zh: '签名原文中只能用 {{id}}、{{secret}}、{{body}}、{{timestamp}}、{{sorted}}、{{header:名称}}、{{query:名称}}、{{form:名称}}、{{json:路径}}',
          en: 'The signed text knows {{id}}, {{secret}}, {{body}}, {{timestamp}}, {{sorted}}, {{header:name}}, {{query:name}}, {{form:name}} and {{json:path}}',
        })
  return problems
}

function statementProblems(settings: SqlPullSettings): Problem[] {
  const problem = checkStatement(settings.statement, settings.cursor !== null)
  return problem ? [{ at: 'settings.statement', ...problem }] : []
}

/** Secrets with a change: left out stays, null or empty goes. */
export function mergeSecrets(known: ConnectorSecrets, change: ConnectorSecrets): ConnectorSecrets {
  const merged = { ...known }
  for (const [key, value] of Object.entries(change) as [keyof ConnectorSecrets, string | null | undefined][]) {
    if (value === undefined) continue
    if (value === null || value === '') delete merged[key]
    else merged[key] = value
  }
  return merged
}

/** What may be shown of secrets: the last characters of long ones. */
export function hintsOf(secrets: ConnectorSecrets): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, (value ?? '').length >= 12 ? `•••${(value ?? '').slice(-4)}` : '•••']))
}

/**
 * Refuses to send saved secrets somewhere else: whoever changes where a pull connects to enters them anew, so that nobody gets at a secret
 * by pointing the connector at a server of their own.
 */
export function assertSecretsStay(known: ConnectorDraft, draft: ConnectorDraft, secrets: { given: ConnectorSecrets; known: Record<string, string> }): void {
  if (targetsOf(known).join('\n') === targetsOf(draft).join('\n')) return
  const kept = Object.keys(secrets.known).filter((key) => secrets.given[key as keyof ConnectorSecrets] === undefined)
  if (kept.length === 0) return
  throw new AppError('validation', {
    problems: kept.map((key) => ({
      at: `body.secrets.${key}`,
      zh: '连接的目标变了，请重新填写密码或令牌',
      en: 'It connects to somewhere else now; enter the secret again',
    })),
  })
}

function targetsOf(draft: ConnectorDraft): string[] {
  if (draft.kind === 'httpPull') {
    const { url, auth } = draft.settings
    return [new URL(url).origin, auth.kind === 'oauth' ? new URL(auth.tokenUrl).origin : '']
  }
  if (draft.kind !== 'sqlPull') return []
  const { engine, host, port, tls } = draft.settings
  return [engine, host.toLowerCase(), String(port), tls]
}
