import type { ConnectorPreset } from '../../../../contracts/connector-settings.ts'
import { AppError } from '../../platform/errors.ts'
import { combinedLog, jsonLog } from './access-logs.ts'
import { doudian } from './doudian.ts'
import { douyin } from './douyin.ts'
import { genericMember } from './generic-member.ts'
import { genericOrder } from './generic-order.ts'
import { httpPull } from './http-pull.ts'
import { jingdong } from './jingdong.ts'
import { pos } from './pos.ts'
import { shopify } from './shopify.ts'
import { sqlPullMysql, sqlPullPostgres } from './sql-pull.ts'
import { taobao } from './taobao.ts'
import { weimob } from './weimob.ts'
import { youzan } from './youzan.ts'

/** Everything a connector can begin as, in the order in which it is offered. */
export const presets: readonly ConnectorPreset[] = [
  youzan,
  weimob,
  doudian,
  douyin,
  jingdong,
  taobao,
  shopify,
  genericOrder,
  genericMember,
  pos,
  httpPull,
  sqlPullPostgres,
  sqlPullMysql,
  combinedLog,
  jsonLog,
]

/** The preset of that name; throws `validation`. */
export function requirePreset(id: string): ConnectorPreset {
  const preset = presets.find((candidate) => candidate.id === id)
  if (!preset) throw new AppError('validation', { problems: [{ at: 'body.preset', zh: `没有这个预设：${id}`, en: `There is no preset ${id}` }] })
  return preset
}
