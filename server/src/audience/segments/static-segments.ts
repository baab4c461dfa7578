import type { Segment } from '../../../../contracts/audience.ts'
import type { LocaleText } from '../../../../contracts/common.ts'
import type { PeopleSet } from '../../../../contracts/segments.ts'
import { mutate, type Context } from '../../access/index.ts'
import { AppError, assertNever } from '../../platform/errors.ts'
import { readRanking } from '../lookalike/lookalike-row.ts'
import { changedMeanwhile, insertSegment, newSegmentId } from '../save-segment.ts'
import { lockSegments, membersRule, readSegment } from '../segment-row.ts'
import { placesInWords } from '../layers/layer-people.ts'
import { readLayerModel } from '../layers/layer-model-row.ts'
import { settleRuns } from './settle-runs.ts'
import { showSets } from './show-sets.ts'
import { readShownRun } from './shown-runs.ts'
import { readStoredSets } from './stored-sets.ts'
import { writeStaticSet } from './write-set.ts'

/** Keeps people as a segment that stays as it is until somebody changes it. @throws like the set's own reading; `conflict` when the name is taken */
export async function createStaticSegment(ctx: Context, input: { name: string; description: string; of: PeopleSet }): Promise<Segment> {
  const { name, description, of } = input
  const id = await newSegmentId(ctx)
  const origin = await describeOrigin(ctx, of)
  const set = await writeStaticSet(ctx, of, { segmentId: id, previousRun: null, operation: 'add' })
  await mutate(ctx, { action: 'segment.create', targetKind: 'segment', targetId: id, detail: { name, of: of.kind, count: set.count } }, async (tx) => {
    await lockSegments(tx, ctx.workspaceId)
    await insertSegment(tx, ctx, { id, name, description, kind: 'static', rule: membersRule(id), origin })
    await showSets(tx, ctx, { sets: [set], cause: 'hand' })
  })
  await settleRuns(ctx.platform, ctx.workspaceId)
  return readSegment(ctx, id)
}

/** Adds people to a static segment, or takes them out. Answers how many that changed. @throws `precondition` for a dynamic one */
export async function changeSegmentMembers(
  ctx: Context,
  input: { id: string; operation: 'add' | 'remove'; of: PeopleSet },
): Promise<{ changed: number; segment: Segment }> {
  const { id, operation, of } = input
  const segment = await readSegment(ctx, id)
  if (segment.kind !== 'static') throw isDynamic()
  const set = await writeStaticSet(ctx, of, { segmentId: segment.id, previousRun: await readShownRun(ctx, id), operation })
  const changed = set.entered + set.left
  await mutate(ctx, { action: `segment.${operation}Members`, targetKind: 'segment', targetId: segment.id, detail: { of: of.kind, changed } }, async (tx) => {
    if ((await showSets(tx, ctx, { sets: [set], cause: 'hand' })).length === 0) throw changedMeanwhile()
  })
  await settleRuns(ctx.platform, ctx.workspaceId)
  return { changed, segment: await readSegment(ctx, id) }
}

function isDynamic(): AppError {
  return new AppError('precondition', {
    zh: '动态分群的人员由规则决定，不能手工增减；请先把它另存为静态分群',
    en: 'The people of a dynamic segment follow its rule; keep it as a static segment first',
  })
}

/** Where a static segment comes from, in words that stay when what they name is gone. */
async function describeOrigin(ctx: Context, of: PeopleSet): Promise<LocaleText> {
  const at = ctx.platform.clock.now().toISOString().slice(0, 10)
  const names = async (ids: readonly string[]) => (await readStoredSets(ctx, ids)).map((set) => set.name)
  const quoted = (list: string[]) => ({ zh: list.map((name) => `「${name}」`).join('、'), en: list.map((name) => `“${name}”`).join(', ') })
  switch (of.kind) {
    case 'segment': {
      const { zh, en } = quoted(await names([of.segmentId]))
      return { zh: `${zh}在 ${at} 的快照`, en: `${en} as of ${at}` }
    }
    case 'union': {
      const { zh, en } = quoted(await names(of.segmentIds))
      return { zh: `${at} 属于${zh}中任一个的人`, en: `In any of ${en} on ${at}` }
    }
    case 'intersection': {
      const inside = quoted(await names(of.inside))
      const outside = of.outside.length === 0 ? null : quoted(await names(of.outside))
      return {
        zh: `${at} 同时属于${inside.zh}${outside ? `、不属于${outside.zh}` : ''}的人`,
        en: `In all of ${inside.en}${outside ? ` and none of ${outside.en}` : ''} on ${at}`,
      }
    }
    case 'moment': {
      const { zh, en } = quoted(await names([of.segmentId]))
      const day = of.at.slice(0, 10)
      return { zh: `${zh}在 ${day} 的名单`, en: `The people of ${en} on ${day}` }
    }
    case 'moves': {
      const { zh, en } = quoted(await names([of.segmentId]))
      const [from, to] = [of.from.slice(0, 10), of.to.slice(0, 10)]
      return of.direction === 'entered'
        ? { zh: `${from} 至 ${to} 进入${zh}的人`, en: `Entered ${en} between ${from} and ${to}` }
        : { zh: `${from} 至 ${to} 离开${zh}的人`, en: `Left ${en} between ${from} and ${to}` }
    }
    case 'rule':
    case 'change':
      return { zh: `一条规则在 ${at} 的快照`, en: `A rule's people as of ${at}` }
    case 'layers': {
      const { zh, en } = await placesInWords(ctx, of.places)
      return { zh: `${zh}的人（${at} 取）`, en: `Those ${en}, taken on ${at}` }
    }
    case 'layerChange': {
      const { name } = await readLayerModel(ctx, of.modelId)
      return { zh: `${at} 预览「${name}」的改动时会换层的人`, en: `Those whom a change of “${name}” would have moved on ${at}` }
    }
    case 'lookalike': {
      const { name } = await readRanking(ctx, of.lookalikeId)
      return { zh: `相似人群「${name}」的前 ${of.size} 人`, en: `The first ${of.size} of the people alike “${name}”` }
    }
    case 'import':
      return { zh: '一次导入的人', en: 'The people of an import' }
    case 'people':
      return { zh: '逐个选出的人', en: 'People chosen one by one' }
    default:
      return assertNever(of)
  }
}
