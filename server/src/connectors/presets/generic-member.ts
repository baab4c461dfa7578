import { at, definePreset } from './preset.ts'

/** For a membership system of one's own. */
export const genericMember = definePreset({
  id: 'member',
  group: 'general',
  label: { zh: '通用会员推送', en: 'Members from any system' },
  description: { zh: '会员注册与资料变更，令牌验证；旧资料不会覆盖新的', en: 'New and changed members, proved by a token; older data never overwrites newer' },
  steps: [
    { zh: '设一个令牌，填到这里；推送方放在请求头 Authorization: Bearer 之后', en: 'Set a token here; the sender puts it behind Authorization: Bearer' },
    { zh: '把 updated_at 设为资料的修改时间', en: 'Let updated_at be the time of the change' },
  ],
  limits: [
    {
      zh: '推送不会写入营销同意：请用带证明的导入，或在客户页上登记',
      en: 'A push never sets consent: import it with its proof, or record it on the person page',
    },
  ],
  secrets: [{ key: 'token', label: { zh: '令牌', en: 'Token' } }],
  draft: {
    kind: 'webhook',
    settings: { auth: { kind: 'token', place: 'header', name: 'Authorization', prefix: 'Bearer ' }, acknowledgement: { body: '{"code":0,"msg":"success"}' } },
    mapping: {
      bodyFormat: 'json',
      rules: [
        {
          name: '会员资料',
          identities: [
            { namespace: 'member_no', value: at('member_no', 'text') },
            { namespace: 'phone', value: at('phone') },
            { namespace: 'email', value: at('email') },
            { namespace: 'wechat_unionid', value: at('unionid') },
          ],
          attributes: [
            { key: 'name', value: at('name', 'trim') },
            { key: 'gender', value: at('gender', { kind: 'map', table: { '1': '男', '2': '女', male: '男', female: '女' } }) },
            { key: 'birthday', value: at('birthday') },
            { key: 'city', value: at('city', 'trim') },
            { key: 'member_level', value: at('level') },
          ],
          attributesAt: at('updated_at', 'date'),
          registeredAt: at('registered_at', 'date'),
        },
      ],
    },
  },
  sample: {
    headers: { 'content-type': 'application/json', authorization: 'Bearer 你的令牌' },
    body: '{"member_no":"V10086","phone":"13800001234","name":"王小明","gender":1,"birthday":"1992-05-20","city":"杭州","level":"金卡","registered_at":"2024-03-01 09:00:00","updated_at":"2026-01-02 11:04:05"}',
  },
})
