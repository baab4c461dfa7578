import { z } from 'zod'

/** Every error a caller can meet: stable name, HTTP status, and what to do, in both languages. */
export const errorCatalogue = {
  validation: { status: 400, zh: '提交的内容有误，请按下面的提示修改', en: 'The request is not valid; see the listed problems' },
  'not-signed-in': { status: 401, zh: '请先登录', en: 'Sign in first' },
  'wrong-credentials': { status: 401, zh: '邮箱或密码不正确', en: 'E-mail or password is wrong' },
  'wrong-write-key': { status: 401, zh: '写入密钥无效，请在「数据 · 数据源」中核对', en: 'The write key is not valid; check it under Data · Sources' },
  forbidden: { status: 403, zh: '您没有权限执行此操作，请联系管理员', en: 'You do not have permission; ask an administrator' },
  'not-found': { status: 404, zh: '没有找到，可能已被删除', en: 'Not found; it may have been deleted' },
  conflict: { status: 409, zh: '与现有内容冲突', en: 'Conflicts with what exists' },
  'already-set-up': { status: 409, zh: '系统已完成初始化，请直接登录', en: 'Already set up; sign in' },
  precondition: { status: 409, zh: '当前状态不允许此操作', en: 'The current state does not allow this' },
  'too-large': { status: 413, zh: '内容太大，超过上限', en: 'Too large' },
  'unsupported-media': { status: 415, zh: '不支持的内容类型', en: 'Unsupported content type' },
  'rule-too-costly': { status: 422, zh: '规则计算量过大，请缩小时间窗口或减少条件', en: 'The rule costs too much; narrow its window or drop conditions' },
  throttled: { status: 429, zh: '请求过于频繁，请稍后再试', en: 'Too many requests; try again later' },
  internal: { status: 500, zh: '服务器内部错误，已记录；请稍后重试', en: 'Internal error, recorded; try again later' },
  'provider-failure': { status: 502, zh: '通道服务商没有正常应答', en: 'The provider did not answer properly' },
  unavailable: { status: 503, zh: '服务暂不可用，请稍后重试', en: 'Temporarily unavailable; try again later' },
} as const satisfies Record<string, { status: number; zh: string; en: string }>

export type ErrorName = keyof typeof errorCatalogue

/** One problem of a rejected input: where (`body.name`, `row 3`, a rule node path) and what to do about it. */
export const Problem = z.object({ at: z.string(), zh: z.string(), en: z.string() })
export type Problem = z.infer<typeof Problem>

/** RFC 9457 problem+json as every failing route answers it. */
export const ProblemAnswer = z.object({
  type: z.string().describe('`/errors/<name>`'),
  title: z.string().describe('What happened, in the language of Accept-Language'),
  status: z.int(),
  name: z.enum(Object.keys(errorCatalogue) as [ErrorName, ...ErrorName[]]),
  detail: z.string().optional(),
  zh: z.string(),
  en: z.string(),
  problems: z.array(Problem).default([]),
  requestId: z.string().optional(),
})
export type ProblemAnswer = z.infer<typeof ProblemAnswer>
