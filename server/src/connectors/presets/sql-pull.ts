import { at, definePreset, paidOrder } from './preset.ts'
import type { ConnectorPreset } from '../../../../contracts/connector-settings.ts'

export const sqlPullPostgres = sqlPull('postgres', { port: 5432, name: 'PostgreSQL' })
export const sqlPullMysql = sqlPull('mysql', { port: 3306, name: 'MySQL / MariaDB' })

/** Rows of a database of one's own, by a statement. */
function sqlPull(engine: 'postgres' | 'mysql', { port, name }: { port: number; name: string }): ConnectorPreset {
  return definePreset({
    id: `sql-${engine}`,
    group: 'pull',
    label: { zh: `数据库拉取（${name}）`, en: `Pull from ${name}` },
    description: {
      zh: '定时用一条 SELECT 读取新增和变化的行，断点续读',
      en: 'Reads new and changed rows by one SELECT on a schedule, and goes on where it stopped',
    },
    steps: [
      { zh: '建一个只读账号，只授予需要的表或视图', en: 'Make an account that may only read what is needed' },
      { zh: '语句里用 :cursor 表示上次读到的位置，并按该列升序排列', en: 'Let :cursor stand for where the last run ended, and order by that column' },
    ],
    limits: [
      {
        zh: '数据库在内网时，需由管理员在 HONGYAN_PRIVATE_ADDRESSES 中放行其地址',
        en: 'For a database in a private network the administrator allows its address in HONGYAN_PRIVATE_ADDRESSES',
      },
    ],
    secrets: [{ key: 'password', label: { zh: '数据库密码', en: 'Database password' } }],
    draft: {
      kind: 'sqlPull',
      settings: {
        engine,
        host: 'db.example.com',
        port,
        database: 'shop',
        user: 'hongyan_reader',
        statement: 'select order_id, member_no, phone, amount, paid_at, updated_at\nfrom orders\nwhere updated_at >= :cursor\norder by updated_at',
        cursor: { column: 'updated_at', type: 'time', start: '2026-01-01 00:00:00', overlapSeconds: 60 },
        schedule: { kind: 'every', minutes: 15 },
      },
      mapping: {
        rules: [
          paidOrder({
            when: [{ path: 'paid_at', kind: 'exists' }],
            identities: [
              { namespace: 'member_no', value: at('member_no', 'text') },
              { namespace: 'phone', value: at('phone') },
            ],
          }),
        ],
      },
    },
    sample: null,
  })
}
