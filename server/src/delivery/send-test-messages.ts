import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Context } from '../access/index.ts'
import { accountVersion, type SendOutcome, type SessionAccount, sessionOf } from '../channels/index.ts'
import { compileTemplate } from '../content/index.ts'
import { normalisePhone, personVariables } from '../people/index.ts'
import { AppError, notFound } from '../platform/errors.ts'
import type { ClaimedMessage, MessageContent } from './claim-batch.ts'
import { recordOutcomes } from './record-outcomes.ts'
import { sendBatch } from './send-batch.ts'
import { senderOf } from './sender-of.ts'

interface TestSend {
  accountId: string
  content: MessageContent
  phones: readonly string[]
  /** Whose values fill the variables; without one, fallbacks do. */
  personId?: number
}

export interface TestResult {
  /** As given. */
  phone: string
  accepted: boolean
  error: string | null
}

/** Nobody: a test goes to a phone, not to a person. */
const noPerson = 0

/**
 * Sends a text to given phones now, outside quiet hours and caps, and waits for the provider's answer. A test message is a row like any other (claimed before
 * it is sent), but belongs to no campaign and leaves no events. Throws `validation` for a phone that is none or a variable without value.
 */
export async function sendTestMessages(ctx: Context, test: TestSend): Promise<TestResult[]> {
  const { platform, workspaceId } = ctx
  const normalised = checkPhones(test.phones)
  const addresses = [...new Set(normalised)]
  const { text, parts } = await writeText(ctx, test)
  const account = await requireEnabledAccount(ctx, test.accountId)
  const session = await sessionOf(platform, account)
  const claimedBy = await senderOf(platform).name()
  const vault = await platform.vaults.of(workspaceId)
  const keys = addresses.map((address) => vault.blindIndex('phone', address))
  const { rows } = await sql<{ messageId: number; addressKey: string }>`
    insert into messages (workspace_id, person_id, channel, cause_kind, cause_id, occurrence, account_id, state, address_key, text, parts, planned_at, claimed_at, claimed_by)
    select ${workspaceId}, ${noPerson}, 'sms', 'test', ${randomUUID()}::uuid, given.n::text, ${account.id}::uuid, 'claimed', given.key, ${text}, ${parts},
      ${platform.clock.now()}, ${platform.clock.now()}, ${claimedBy}
    from unnest(${keys}::uuid[]) with ordinality as given (key, n)
    returning id as "messageId", address_key as "addressKey"`.execute(platform.db)
  const messages: ClaimedMessage[] = rows.map(({ messageId, addressKey }) => ({
    messageId,
    addressKey,
    personId: noPerson,
    address: addresses[keys.indexOf(addressKey)] ?? '',
    text,
    parts,
    attempts: 0,
  }))
  const outcomes = await sendBatch(session, messages, { signal: new AbortController().signal, log: platform.log })
  const final = outcomes.map(finalOutcome)
  const sent = messages.flatMap((message, index) => (final[index] ? [{ message, outcome: final[index] }] : []))
  await recordOutcomes(platform, { workspaceId, accountId: account.id, claimedBy, partCostFen: account.partCostFen, campaign: null }, sent)
  const byAddress = new Map(sent.map(({ message, outcome }) => [message.address, outcome]))
  return test.phones.map((phone, index) => result(phone, byAddress.get(normalised[index] ?? '')))
}

/** A test is not tried again later: what was not taken has failed. */
function finalOutcome(outcome: SendOutcome): SendOutcome {
  if (outcome.kind === 'throttled') return { kind: 'permanent', class: 'throttled', code: 'throttled' }
  if (outcome.kind === 'transient') return { kind: 'permanent', class: 'unreachable', code: outcome.code }
  return outcome
}

function result(phone: string, outcome: SendOutcome | undefined): TestResult {
  if (outcome?.kind === 'accepted') return { phone, accepted: true, error: null }
  return { phone, accepted: false, error: outcome && 'code' in outcome ? outcome.code : 'unknown' }
}

/** As E.164, in the order given. */
function checkPhones(phones: readonly string[]): string[] {
  const problems = phones.flatMap((phone, index) => {
    const normalised = normalisePhone(phone)
    return typeof normalised === 'string' ? [] : [{ at: `body.phones.${index}`, ...normalised }]
  })
  if (problems.length > 0) throw new AppError('validation', { problems })
  return phones.map((phone) => normalisePhone(phone) as string)
}

async function writeText(ctx: Context, test: TestSend): Promise<{ text: string; parts: number }> {
  const variables = test.personId === undefined ? undefined : (await personVariables(ctx.platform.db, ctx.workspaceId, [test.personId])).get(test.personId)
  if (test.personId !== undefined && !variables) throw notFound({ zh: '客户', en: 'person' })
  const rendered = compileTemplate(test.content).render(variables ?? {})
  const problems = rendered.missing.map((name) => ({
    at: 'body.personId',
    zh: `变量「${name}」没有值也没有默认值，请选择一位有该值的客户`,
    en: `The variable ${name} has neither value nor fallback; choose a person who has it`,
  }))
  if (problems.length > 0) throw new AppError('validation', { problems })
  return rendered
}

async function requireEnabledAccount(ctx: Context, accountId: string): Promise<SessionAccount & { partCostFen: number }> {
  const { rows } = await sql<SessionAccount & { partCostFen: number; enabled: boolean }>`
    select accounts.id, accounts.workspace_id as "workspaceId", accounts.provider, ${accountVersion} as version, accounts.enabled,
      coalesce(accounts.part_cost_fen::float8, (workspaces.contact_policy ->> 'smsPartCostFen')::float8, 0) as "partCostFen"
    from accounts join workspaces on workspaces.id = accounts.workspace_id
    where accounts.workspace_id = ${ctx.workspaceId} and accounts.id = ${accountId}::uuid`.execute(ctx.platform.db)
  const [account] = rows
  if (!account) throw notFound({ zh: '通道账号', en: 'channel account' })
  if (!account.enabled) throw new AppError('precondition', { zh: '通道账号已停用，请先启用', en: 'The channel account is disabled; enable it first' })
  return account
}
