import { at, definePreset, paidOrder } from './preset.ts'

/** Pages of JSON from an interface. */
export const httpPull = definePreset({
  id: 'http-pull',
  group: 'pull',
  label: { zh: '接口拉取（HTTP / JSON）', en: 'Pull from an HTTP interface' },
  description: { zh: '定时分页读取接口返回的 JSON，支持令牌、Basic 与 OAuth', en: 'Reads pages of JSON on a schedule, with tokens, Basic or OAuth' },
  steps: [
    { zh: '填写接口地址与认证方式，选择翻页方式', en: 'Enter the address, the proof it asks for, and how it pages' },
    {
      zh: '增量参数填接口的「更新时间起」参数，先「试取 10 行」再启用',
      en: 'As since parameter, name the one for “updated after”; preview ten rows before you enable it',
    },
  ],
  limits: [
    {
      zh: '内网接口需由管理员在 HONGYAN_PRIVATE_ADDRESSES 中放行其地址',
      en: 'For an interface in a private network the administrator allows its address in HONGYAN_PRIVATE_ADDRESSES',
    },
  ],
  secrets: [{ key: 'token', label: { zh: '访问令牌', en: 'Access token' } }],
  draft: {
    kind: 'httpPull',
    settings: {
      url: 'https://api.example.com/orders',
      auth: { kind: 'bearer' },
      itemsPath: 'data.items',
      paging: { kind: 'page', parameter: 'page', first: 1 },
      since: { parameter: 'updated_from', path: 'updated_at', format: 'iso', start: '2026-01-01T00:00:00Z' },
      schedule: { kind: 'every', minutes: 30 },
    },
    mapping: {
      rules: [
        paidOrder({
          when: [{ path: 'status', kind: 'in', values: ['paid'] }],
          identities: [
            { namespace: 'user_id', value: at('user_id', 'text') },
            { namespace: 'phone', value: at('phone') },
          ],
        }),
      ],
    },
  },
  sample: null,
})
