import { definePreset } from './preset.ts'

const steps = [
  {
    zh: '让日志采集器（如 Vector、Fluent Bit）把日志行 POST 到本连接器的地址，或在这里上传日志文件',
    en: 'Let a log shipper (Vector, Fluent Bit) post lines to the address of this connector, or upload a file here',
  },
]
const limits = [
  {
    zh: '没有身份标识的访问不入库；默认不保存访客 IP，并去掉常见爬虫',
    en: 'Visits without an identity are not taken in; addresses are not kept and common bots are left out',
  },
]

/** Combined Log Format of Apache and nginx, with a cookie behind it. */
export const combinedLog = definePreset({
  id: 'log-combined',
  group: 'log',
  label: { zh: '访问日志（combined）', en: 'Access log (combined)' },
  description: {
    zh: 'nginx / Apache 的 combined 格式，末尾加一个带引号的访客标识',
    en: 'The combined format of nginx and Apache, with a quoted visitor id at the end',
  },
  steps: [
    {
      zh: 'nginx：log_format hongyan \'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$cookie_uid"\';',
      en: 'nginx: log_format hongyan \'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$cookie_uid"\';',
    },
    ...steps,
  ],
  limits,
  secrets: [],
  draft: {
    kind: 'accessLog',
    settings: { format: 'combined', extraFields: ['uid'], identities: [{ place: 'field', name: 'uid', namespace: 'anonymous_id' }] },
  },
  sample: {
    body: '203.0.113.7 - - [02/Jan/2026:11:04:05 +0800] "GET /products/cream?utm_source=wechat HTTP/1.1" 200 5120 "https://shop.example.com/" "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)" "a1b2c3"',
  },
})

/** One JSON object a line. */
export const jsonLog = definePreset({
  id: 'log-json',
  group: 'log',
  label: { zh: '访问日志（JSON 行）', en: 'Access log (JSON lines)' },
  description: { zh: '每行一个 JSON 对象的访问日志，如 nginx escape=json 或 CDN 日志', en: 'One JSON object a line, as from nginx with escape=json or a CDN' },
  steps,
  limits,
  secrets: [],
  draft: {
    kind: 'accessLog',
    settings: {
      format: 'json',
      identities: [
        { place: 'field', name: 'user_id', namespace: 'user_id' },
        { place: 'cookie', name: 'uid', namespace: 'anonymous_id' },
      ],
    },
  },
  sample: {
    body: '{"time":"2026-01-02T11:04:05+08:00","remote_addr":"203.0.113.7","host":"shop.example.com","request_uri":"/products/cream?utm_source=wechat","status":200,"http_referer":"https://shop.example.com/","http_user_agent":"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)","http_cookie":"uid=a1b2c3; theme=light"}',
  },
})
