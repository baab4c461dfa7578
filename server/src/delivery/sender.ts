import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { accountVersion, sessionOf, type ProviderSession, type SessionAccount } from '../channels/index.ts'
import { errorMessage } from '../platform/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { readContactPolicy, workspaceTimezone } from '../workspaces/index.ts'
import { type Cause, claimBatch, type ClaimedMessage } from './claim-batch.ts'
import { setHoldReason } from './hold-reason.ts'
import { quietUntil } from './quiet-hours.ts'
import { recordOutcomes, type SentMessage } from './record-outcomes.ts'
import { sendBatch } from './send-batch.ts'
import { SenderName } from './sender-name.ts'
import { emptyBucket, returnTokens, takeTokens } from './token-bucket.ts'

/** Fewest and most messages of one claim: what a crash can leave `unknown` per batch under way. */
const claimLeast = 250
const claimMost = 500
/** Batches of one account under way at once in one process: one is prepared while another is on the wire. */
const batchesPerAccountMax = 2
const failingPauseMs = 5000
const emptyBucketPauseMs = 50

interface SendingAccount extends SessionAccount {
  ratePerSecond: number
  partCostFen: number
  lastError: string | null
}

interface AccountState {
  underWay: number
  pausedUntilMs: number
  /** After trouble a single message tries the provider before batches go out again. */
  isProbing: boolean
  /** Campaigns in turn: the one served last comes last. */
  servedLast: string | null
}

/** Sends ready messages of this process, one batch per `step`; several loops may step at once. */
export class Sender {
  readonly #platform: Platform
  readonly #name: SenderName
  readonly #states = new Map<string, AccountState>()

  readonly #failingPauseMs: number

  constructor(platform: Platform, options: { failingPauseMs?: number } = {}) {
    this.#platform = platform
    this.#failingPauseMs = options.failingPauseMs ?? failingPauseMs
    this.#name = new SenderName(platform)
  }

  async close(): Promise<void> {
    await this.#name.release()
  }

  /** The name this process claims under. */
  async name(): Promise<string> {
    return this.#name.get()
  }

  /** Carries one batch of one account from claim to outcome. Answers whether it is worth stepping again at once. */
  async step(signal: AbortSignal): Promise<boolean> {
    const account = await this.#nextAccount()
    if (!account) return false
    const state = this.#stateOf(account.id)
    state.underWay += 1
    try {
      return await this.#serve(account, state, signal)
    } finally {
      state.underWay -= 1
    }
  }

  #stateOf(accountId: string): AccountState {
    let state = this.#states.get(accountId)
    if (!state) this.#states.set(accountId, (state = { underWay: 0, pausedUntilMs: 0, isProbing: false, servedLast: null }))
    return state
  }

  async #nextAccount(): Promise<SendingAccount | undefined> {
    const { db, clock } = this.#platform
    const now = performance.now()
    const busy = [...this.#states]
      .filter(([, state]) => state.pausedUntilMs > now || state.underWay >= (state.isProbing ? 1 : batchesPerAccountMax))
      .map(([id]) => id)
    const { rows } = await sql<SendingAccount>`
      select accounts.id, accounts.workspace_id as "workspaceId", accounts.provider, ${accountVersion} as version, accounts.rate_per_second as "ratePerSecond",
        coalesce(accounts.part_cost_fen::float8, (workspaces.contact_policy ->> 'smsPartCostFen')::float8, 0) as "partCostFen",
        accounts.last_error as "lastError"
      from accounts
      join workspaces on workspaces.id = accounts.workspace_id
      where accounts.enabled and accounts.id <> all(${busy}::uuid[]) and exists (
        select from campaigns
        where campaigns.workspace_id = accounts.workspace_id and campaigns.account_id = accounts.id and campaigns.state = 'running' and exists (
          select from messages where messages.account_id = accounts.id and messages.cause_id = campaigns.id and messages.state = 'ready'
            and (messages.not_before is null or messages.not_before <= ${clock.now()})))
      order by accounts.bucket_at
      limit 10`.execute(db)
    return rows.find((row) => {
      const state = this.#stateOf(row.id)
      return state.underWay < (state.isProbing ? 1 : batchesPerAccountMax)
    })
  }

  async #serve(account: SendingAccount, state: AccountState, signal: AbortSignal): Promise<boolean> {
    const cause = await this.#nextCause(account, state)
    if (!cause) return false
    const session = await this.#open(account, cause, state)
    if (!session) return false
    const wanted = state.isProbing ? 1 : Math.min(claimMost, Math.max(claimLeast, session.batchMax * session.parallelMax))
    const least = state.isProbing ? 1 : Math.max(1, Math.min(wanted, Math.floor(account.ratePerSecond * 0.05)))
    const { db, clock } = this.#platform
    const tokens = await takeTokens(db, account.id, { wanted, least, now: clock.now() })
    if (tokens === 0) {
      await sleep(emptyBucketPauseMs)
      return !signal.aborted
    }
    const claimedBy = await this.#name.get()
    const { messages, taken } = await claimBatch(this.#platform, cause, { limit: tokens, claimedBy })
    await returnTokens(db, account.id, tokens - messages.length)
    if (messages.length > 0) await this.#send(account, cause, { session, messages, claimedBy, state, signal })
    return taken > 0
  }

  /** The next campaign of the account that may send now; the others are told why they wait. */
  async #nextCause(account: SendingAccount, state: AccountState): Promise<Cause | undefined> {
    const { db, clock } = this.#platform
    const now = clock.now()
    const { rows } = await sql<Cause>`
      select campaigns.workspace_id as "workspaceId", ${account.id}::uuid as "accountId", campaigns.id as "campaignId", campaigns.name as campaign, campaigns.content,
        campaigns.hold_reason as "holdReason"
      from campaigns
      where campaigns.workspace_id = ${account.workspaceId} and campaigns.account_id = ${account.id}::uuid and campaigns.state = 'running' and exists (
        select from messages where messages.account_id = ${account.id}::uuid and messages.cause_id = campaigns.id and messages.state = 'ready'
          and (messages.not_before is null or messages.not_before <= ${now}))
      order by (campaigns.id <= ${state.servedLast}::uuid) is true, campaigns.id`.execute(db)
    const scope = { platform: this.#platform, workspaceId: account.workspaceId }
    const [policy, timezone] = await Promise.all([readContactPolicy(scope), workspaceTimezone(scope)])
    const until = quietUntil(policy.quietHours, timezone, now)
    for (const cause of rows) {
      if (until === null || cause.content.category !== 'marketing') {
        state.servedLast = cause.campaignId
        return cause
      }
      await setHoldReason(db, cause, `quietHours:${policy.quietHours.to}`)
    }
    return undefined
  }

  async #open(account: SendingAccount, cause: Cause, state: AccountState): Promise<ProviderSession | undefined> {
    try {
      return await sessionOf(this.#platform, account)
    } catch (error) {
      await this.#failing(account, cause, { state, reason: errorMessage(error) })
      return undefined
    }
  }

  async #send(
    account: SendingAccount,
    cause: Cause,
    batch: { session: ProviderSession; messages: ClaimedMessage[]; claimedBy: string; state: AccountState; signal: AbortSignal },
  ): Promise<void> {
    const { session, messages, claimedBy, state, signal } = batch
    const outcomes = await sendBatch(session, messages, { signal, log: this.#platform.log })
    const sent: SentMessage[] = messages.flatMap((message, index) => {
      const outcome = outcomes[index]
      return outcome ? [{ message, outcome }] : []
    })
    const { campaignId, campaign, content } = cause
    await recordOutcomes(
      this.#platform,
      {
        workspaceId: account.workspaceId,
        accountId: account.id,
        claimedBy,
        partCostFen: account.partCostFen,
        campaign: { campaignId, campaign, templateId: content.templateId },
      },
      sent,
    )
    this.#count(account, sent)
    if (sent.some(({ outcome }) => outcome.kind === 'accepted' || outcome.kind === 'permanent')) await this.#healthy(account, cause, state)
    else await this.#troubled(account, cause, { state, session, sent })
  }

  /** Nothing of the batch got through: the account rests, then one message tries it. */
  async #troubled(
    account: SendingAccount,
    cause: Cause,
    { state, session, sent }: { state: AccountState; session: ProviderSession; sent: readonly SentMessage[] },
  ): Promise<void> {
    const { error } = session.status()
    const codes = sent.flatMap(({ outcome }) => ('code' in outcome ? [outcome.code] : []))
    if (error === null && codes.length === 0) {
      // Only "too fast": the shared bucket starts again from empty.
      await emptyBucket(this.#platform.db, account.id, this.#platform.clock.now())
      return
    }
    await this.#failing(account, cause, { state, reason: error ?? codes[0] ?? 'unknown' })
  }

  async #failing(account: SendingAccount, cause: Cause, { state, reason }: { state: AccountState; reason: string }): Promise<void> {
    state.isProbing = true
    state.pausedUntilMs = performance.now() + this.#failingPauseMs
    const { db, clock, log } = this.#platform
    log.warn({ accountId: account.id, reason }, 'a channel account is failing')
    await sql`update accounts set last_error = ${reason}, last_error_at = ${clock.now()} where workspace_id = ${account.workspaceId} and id = ${account.id}::uuid`.execute(
      db,
    )
    await setHoldReason(db, cause, `accountFailing:${reason}`)
  }

  async #healthy(account: SendingAccount, cause: Cause, state: AccountState): Promise<void> {
    const { db } = this.#platform
    if (state.isProbing || account.lastError !== null)
      await sql`update accounts set last_error = null, last_error_at = null where workspace_id = ${account.workspaceId} and id = ${account.id}::uuid`.execute(
        db,
      )
    state.isProbing = false
    await setHoldReason(db, cause, null)
  }

  #count(account: SendingAccount, sent: readonly SentMessage[]): void {
    const counter = this.#platform.metrics.counter({
      name: 'hongyan_messages_sent_total',
      help: 'Messages given to providers, by outcome',
      labels: ['provider', 'outcome'],
    })
    for (const { outcome } of sent) counter.inc({ provider: account.provider, outcome: outcome.kind })
  }
}
