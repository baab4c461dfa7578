import { Output, TokenKind, type Template } from 'liquidjs'
import type { Problem } from '../../../contracts/errors.ts'
import { errorMessage } from '../platform/errors.ts'
import { liquid } from './liquid-engine.ts'

/** A piece of a body: constant text, or one variable with its filters. */
export type BodyPiece = { kind: 'text'; text: string } | { kind: 'variable'; name: string; hasFallback: boolean; template: Template }

export type ParsedBody = { pieces: BodyPiece[] } | { problems: Problem[] }

/** Parses `{{ variable | filter: … }}` templates; anything beyond is a problem that says what and where. */
export function parseBody(body: string): ParsedBody {
  let templates: Template[]
  try {
    templates = liquid.parse(body)
  } catch (error) {
    return { problems: [wrong(error)] }
  }
  const pieces: BodyPiece[] = []
  for (const template of templates) {
    const piece = template instanceof Output ? variablePiece(template) : textPiece(template)
    if (!piece) {
      const text = template.token.getText()
      return {
        problems: [
          {
            at: 'body',
            zh: `变量写法不支持：${text}，应类似 {{ name | default: "会员" }}`,
            en: `Not a variable: ${text}; write it like {{ name | default: "member" }}`,
          },
        ],
      }
    }
    pieces.push(piece)
  }
  return { pieces }
}

function textPiece(template: Template): BodyPiece {
  return { kind: 'text', text: String(liquid.renderSync([template])) }
}

/** Null for literals, ranges, comparisons and computed paths: only a plain path of names is a variable. */
function variablePiece(output: Output): BodyPiece | null {
  const [token, ...more] = output.value.initial.postfix
  if (!token || more.length > 0 || token.kind !== TokenKind.PropertyAccess) return null
  const { variable, props } = token as unknown as { variable?: unknown; props: { kind: TokenKind; content?: unknown }[] }
  if (variable !== undefined) return null
  const steps = props.map((step) => (step.kind === TokenKind.Word || step.kind === TokenKind.Quoted ? step.content : null))
  if (steps.length === 0 || !steps.every((step) => typeof step === 'string')) return null
  return { kind: 'variable', name: steps.join('.'), hasFallback: output.value.filters.some((filter) => filter.name === 'default'), template: output }
}

const reasons: [RegExp, (match: RegExpExecArray) => { zh: string; en: string }][] = [
  [/undefined filter: (\S+?),/, ([, name]) => ({ zh: `没有过滤器「${name}」`, en: `There is no filter “${name}”` })],
  [/tag "(\S+?)" not found/, ([, name]) => ({ zh: `模板只支持变量，不支持标签「${name}」`, en: `Templates take variables only, no tag “${name}”` })],
  [/not closed/, () => ({ zh: '变量没有用 }} 结束', en: 'A variable is not closed by }}' })],
]

function wrong(error: unknown): Problem {
  const message = errorMessage(error).split('\n')[0] ?? ''
  for (const [pattern, words] of reasons) {
    const match = pattern.exec(message)
    if (match) return { at: 'body', ...words(match) }
  }
  return { at: 'body', zh: `模板写法有误：${message}`, en: `The template is not valid: ${message}` }
}
