import { z } from 'zod'
import { Done, Instant, Uuid, WorkspaceParams, WorkspaceUuidParams } from './common.ts'
import { Problem } from './errors.ts'
import { defineRoute, needs } from './http.ts'
import { Channel } from './people.ts'

export const MessageCategory = z.enum(['marketing', 'notice'])
export type MessageCategory = z.infer<typeof MessageCategory>

/**
 * An SMS template. The body takes `{{ attribute | default: "…" }}` (Liquid); the signature is written without its 【】 and
 * goes first; the opt-out text goes last and is required for marketing.
 */
const TemplateInput = z.object({
  name: z.string().trim().min(1).max(80),
  channel: Channel.default('sms'),
  category: MessageCategory,
  signature: z
    .string()
    .trim()
    .regex(/^[^【】\s]{2,16}$/u, '2–16 个字符，不含【】和空格 / 2–16 characters without 【】 or spaces'),
  body: z.string().trim().min(1).max(1000),
  optOutText: z.string().trim().max(30).default('拒收请回复R'),
})
export const Template = TemplateInput.extend({ id: Uuid, variables: z.array(z.string()), createdAt: Instant, updatedAt: Instant, usedByCampaigns: z.int() })
export type Template = z.infer<typeof Template>

/** The final text for one person: UTF-16 units, and parts as billed (≤ 70 → 1, else ⌈n / 67⌉). */
export const RenderedSms = z.object({
  text: z.string(),
  units: z.int(),
  parts: z.int(),
  missing: z.array(z.string()).describe('variables without value or fallback'),
  problems: z.array(Problem),
})
export type RenderedSms = z.infer<typeof RenderedSms>

const base = '/api/workspaces/:workspaceId'
export const contentRoutes = {
  listTemplates: defineRoute({
    method: 'GET',
    path: `${base}/templates`,
    access: needs('content.read'),
    summary: 'Templates, newest first',
    params: WorkspaceParams,
    query: z.object({ search: z.string().max(80).optional() }),
    answer: z.object({ items: z.array(Template) }),
  }),
  createTemplate: defineRoute({
    method: 'POST',
    path: `${base}/templates`,
    access: needs('content.write'),
    summary: 'Save a template',
    params: WorkspaceParams,
    body: TemplateInput,
    answer: Template,
  }),
  readTemplate: defineRoute({
    method: 'GET',
    path: `${base}/templates/:id`,
    access: needs('content.read'),
    summary: 'One template',
    params: WorkspaceUuidParams,
    answer: Template,
  }),
  updateTemplate: defineRoute({
    method: 'PATCH',
    path: `${base}/templates/:id`,
    access: needs('content.write'),
    summary: 'Change a template; messages already planned keep the text they were planned with',
    params: WorkspaceUuidParams,
    body: TemplateInput.partial(),
    answer: Template,
  }),
  deleteTemplate: defineRoute({
    method: 'DELETE',
    path: `${base}/templates/:id`,
    access: needs('content.write'),
    summary: 'Delete a template no campaign uses',
    params: WorkspaceUuidParams,
    answer: Done,
  }),
  previewTemplate: defineRoute({
    method: 'POST',
    path: `${base}/template-previews`,
    access: needs('content.read'),
    readOnly: true,
    summary: 'The text as a person would get it, its length and parts',
    params: WorkspaceParams,
    body: TemplateInput.pick({ category: true, signature: true, body: true, optOutText: true })
      .partial({ optOutText: true })
      .extend({ personId: z.int().positive().optional() }),
    answer: RenderedSms,
  }),
}
