import type { ConnectorDraft } from '../../../../contracts/connector-settings.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { Problem } from '../../../../contracts/errors.ts'
import { readNamespaces } from '../../people/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { workspaceTimezone } from '../../workspaces/index.ts'
import type { HookRequest } from '../auth/hook-request.ts'
import { applyMapping, type MappingContext, type MappingInput, type MappingOutcome } from '../mapping/apply-mapping.ts'
import { MappingProblem } from '../mapping/mapping-problem.ts'
import { decodeInside, parseForm, readBody } from '../mapping/read-body.ts'
import { holds } from '../mapping/read-value.ts'
import type { Scope } from '../mapping/path.ts'
import { fillJsonTemplate, parseTemplate } from '../mapping/template.ts'

export type WebhookDraft = Extract<ConnectorDraft, { kind: 'webhook' }>

/** What a request says, read once for the mapping, the challenge and the answer. */
export interface ReadRequest {
  input: MappingInput
  /** Why the body cannot be read. */
  problem: Problem | null
  /** The whole of it for conditions and templates, texts inside decoded. */
  scope: Scope
}

/** Reads the body as the mapping says; one that cannot be read is a problem and holds nothing. */
export function readRequest(draft: WebhookDraft, request: HookRequest): ReadRequest {
  const base = { headers: request.headers, query: parseForm(request.query), path: request.path }
  let body: unknown
  let problem: Problem | null = null
  try {
    body = readBody(request.body, request.headers['content-type'] ?? '', draft.mapping.bodyFormat)
  } catch (error) {
    if (!(error instanceof MappingProblem)) throw error
    problem = error.at('mapping.bodyFormat')
  }
  body = decodeInside(body, draft.mapping.decode, (index, wrong) => (problem ??= wrong.at(`mapping.decode.${index}`)))
  return { input: { ...base, body }, problem, scope: { ...base, body, message: body, element: body } }
}

/** What the mapping makes of a request. */
export function mapRequest(draft: WebhookDraft, read: ReadRequest, context: MappingContext): MappingOutcome {
  if (read.input.body === undefined)
    return { messages: 0, unmatched: 0, items: [], problems: read.problem ? [read.problem] : [], problemCount: read.problem ? 1 : 0 }
  const outcome = applyMapping({ ...draft.mapping, decode: [] }, read.input, context)
  if (read.problem && !outcome.problems.some(({ at }) => at === read.problem?.at)) {
    outcome.problems.unshift(read.problem)
    outcome.problemCount += 1
  }
  return outcome
}

/** What the mapping of a connector goes by. */
export async function mappingContext(platform: Platform, connector: { id: string; workspaceId: number }, receivedAt: Date): Promise<MappingContext> {
  const { id, workspaceId } = connector
  return {
    connectorId: id,
    workspaceId,
    timezone: await workspaceTimezone({ platform, workspaceId }),
    namespaces: await readNamespaces(platform, workspaceId),
    receivedAtMs: receivedAt.getTime(),
  }
}

/** The answer to a sender, and whether its message only proved the address. */
export function acknowledge({ settings }: WebhookDraft, scope: Scope): { body: string; isChallenge: boolean } {
  const { body, challenge } = settings.acknowledgement
  const isChallenge = challenge !== null && holds(challenge.when, scope)
  const parts = parseTemplate(isChallenge ? challenge.body : body)
  return { body: parts ? fillJsonTemplate(parts, scope) : body, isChallenge }
}

/** In a few words, for the list of connectors: the first of several problems. */
export function inWords(problems: readonly Problem[]): LocaleText | null {
  const [first] = problems
  return first ? { zh: first.zh, en: first.en } : null
}
