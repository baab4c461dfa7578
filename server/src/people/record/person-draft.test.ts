import { randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { workspaceVault } from '../../platform/vault/workspace-vault.ts'
import { packSources, unpackSources } from './attribute-sources.ts'
import { unpackTimes } from './attribute-times.ts'
import { coerceAttribute } from './coerce-attribute.ts'
import { PersonDraft, type AttributeData, type PersonState } from './person-draft.ts'
import type { PersonRecord } from './person-record.ts'

const vault = workspaceVault(1, randomBytes(32))
const at = (timeMs: number, source = 1) => ({ timeMs, source })

function stateOf(attributes: PersonState['attributes'], timeMs = 10, source = 1): PersonState {
  const keys = Object.keys(attributes)
  return {
    attributes: { ...attributes },
    attributeTimes: Object.fromEntries(keys.map((key) => [key, timeMs])),
    attributeSources: Object.fromEntries(keys.map((key) => [key, source])),
    phoneKey: null,
    emailKey: null,
    sealedPhone: null,
    sealedEmail: null,
    createdAtMs: 5,
    version: 3,
  }
}

/** What a draft makes of a person. */
function applied(state: PersonState, say: (draft: PersonDraft) => void): PersonState {
  const draft = new PersonDraft()
  say(draft)
  draft.applyTo(state, vault)
  return state
}

describe('what fills only gaps', () => {
  it('leaves what is known, takes what is not, and the first of a batch that fills something is the one', () => {
    const state = applied(stateOf({ city: '杭州' }), (draft) => {
      draft.setTraits({ city: '上海', level: '金' }, { ...at(20, 2), fill: true })
      draft.setTraits({ level: '银' }, { ...at(30, 3), fill: true })
    })
    expect(state.attributes).toEqual({ city: '杭州', level: '金' })
    expect(state.attributeSources).toEqual({ city: 1, level: 2 })
    expect(state.version).toBe(4)
  })

  it('does not replace a phone, and gives one to somebody who has none', () => {
    const phone = { ...at(20), value: '+8613800000001', key: 'k1', fill: true }
    expect(applied(stateOf({}), (draft) => draft.setPhone(phone)).phoneKey).toBe('k1')
    expect(applied({ ...stateOf({}), phoneKey: 'k0' }, (draft) => draft.setPhone(phone)).phoneKey).toBe('k0')
  })

  it('gives way to whatever is said outright, however early that was said and however late it comes', () => {
    const filled = applied(stateOf({}), (draft) => draft.setTraits({ city: '上海' }, { ...at(20, 2), fill: true }))
    const said = applied(structuredClone(filled), (draft) => draft.setTraits({ city: '杭州' }, at(5, 3)))
    expect(said.attributes).toEqual({ city: '杭州' })
    expect([said.attributeTimes, said.attributeSources]).toEqual([{ city: 5 }, { city: 3 }])
    const again = applied(said, (draft) => draft.setTraits({ city: '上海' }, { ...at(30, 2), fill: true }))
    expect(again.attributes).toEqual({ city: '杭州' })
    expect(applied(filled, (draft) => draft.setTraits({ city: null }, at(5, 3))).attributes).toEqual({})
  })

  it('ends in the same state whether a value is said before or after the gap is filled (law)', () => {
    const values = fc.constantFrom<AttributeData | null>('杭州', '上海', null)
    const sayings = fc.array(fc.record({ value: values, timeMs: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(sayings, fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 9 }), (given, place, timeMs) => {
        const distinct = given.filter((one, index) => given.findIndex((other) => other.timeMs === one.timeMs) === index)
        const state = stateOf({})
        const fill = () => applied(state, (draft) => draft.setTraits({ city: '补' }, { ...at(timeMs, 2), fill: true }))
        distinct.forEach(({ value, timeMs: ms }, index) => {
          if (index === place) fill()
          applied(state, (draft) => draft.setTraits({ city: value }, at(ms, 3)))
        })
        const last = distinct.toSorted((left, right) => right.timeMs - left.timeMs)[0]!
        expect(last.value === null ? [undefined, '补'] : [last.value]).toContain(state.attributes['city'])
      }),
    )
  })

  it('fills what was removed, and what was said before the removal stays refused', () => {
    const removed = applied(stateOf({}), (draft) => draft.setTraits({ city: null }, at(10, 3)))
    expect(applied(structuredClone(removed), (draft) => draft.setTraits({ city: '上海' }, { ...at(9, 2), fill: true })).attributes).toEqual({})
    const filled = applied(removed, (draft) => draft.setTraits({ city: '上海' }, { ...at(20, 2), fill: true }))
    expect(filled.attributes).toEqual({ city: '上海' })
    expect(applied(structuredClone(filled), (draft) => draft.setTraits({ city: '旧' }, at(8, 3))).attributes).toEqual({ city: '上海' })
    expect(applied(filled, (draft) => draft.setTraits({ city: '北京' }, at(15, 3))).attributes).toEqual({ city: '北京' })
  })

  it('gives way to what the same batch says outright', () => {
    const state = applied(stateOf({}), (draft) => {
      draft.setTraits({ city: '上海' }, { ...at(20), fill: true })
      draft.setTraits({ city: '北京' }, at(5))
    })
    expect(state.attributes).toEqual({ city: '北京' })
  })
})

describe('operations', () => {
  it('setOnce sets where nothing is', () => {
    const state = applied(stateOf({ first: 'a' }), (draft) => draft.operate({ setOnce: { first: 'b', channel: 'web' } }, at(20)))
    expect(state.attributes).toEqual({ first: 'a', channel: 'web' })
  })

  it('increments add up, begin at nothing, and leave text alone', () => {
    const state = applied(stateOf({ visits: 2, name: '王' }), (draft) => {
      draft.operate({ increment: { visits: 1, points: 0.1, name: 1 } }, at(20))
      draft.operate({ increment: { visits: 3, points: 0.2 } }, at(15))
    })
    expect(state.attributes).toEqual({ visits: 6, points: 0.3, name: '王' })
  })

  it('an increment after a value adds to it, a value after an increment replaces it', () => {
    const after = applied(stateOf({ visits: 2 }), (draft) => {
      draft.setTraits({ visits: 10 }, at(20))
      draft.operate({ increment: { visits: 1 } }, at(21))
    })
    const before = applied(stateOf({ visits: 2 }), (draft) => {
      draft.operate({ increment: { visits: 1 } }, at(20))
      draft.setTraits({ visits: 10 }, at(21))
    })
    expect([after.attributes, before.attributes]).toEqual([{ visits: 11 }, { visits: 10 }])
  })

  it('append makes lists of texts, each once; a text becomes the first of its list; the oldest make room', () => {
    const many = Array.from({ length: 120 }, (_, index) => `t${index}`)
    const state = applied(stateOf({ likes: ['茶'], brand: '甲', many: ['old'] }), (draft) =>
      draft.operate({ append: { likes: ['咖啡', '茶'], brand: ['乙'], fresh: ['x'], many } }, at(20)),
    )
    expect(state.attributes['likes']).toEqual(['茶', '咖啡'])
    expect(state.attributes['brand']).toEqual(['甲', '乙'])
    expect(state.attributes['fresh']).toEqual(['x'])
    expect(state.attributes['many']).toEqual(many.slice(20))
  })

  it('unset removes, and an older value does not come back', () => {
    const state = applied(stateOf({ city: '杭州' }), (draft) => draft.operate({ unset: ['city'] }, at(20)))
    expect(applied(state, (draft) => draft.setTraits({ city: '上海' }, at(15))).attributes).toEqual({})
  })

  it('clear removes what the same source said until then, and nothing of others', () => {
    const state = stateOf({ city: '杭州', level: '金', note: 'later' })
    state.attributeSources['level'] = 2
    state.attributeTimes['note'] = 50
    applied(state, (draft) => {
      draft.setTraits({ age: 30 }, at(18))
      draft.operate({ clear: true }, at(20))
      draft.setTraits({ fresh: 'x' }, at(21))
    })
    expect(state.attributes).toEqual({ level: '金', note: 'later', fresh: 'x' })
  })

  it('a list that says the same changes nothing', () => {
    const draft = new PersonDraft()
    draft.setTraits({ likes: ['a', 'b'] }, at(20))
    expect(draft.applyTo(stateOf({ likes: ['a', 'b'] }), vault)).toBe('times')
    expect(draft.applyTo(stateOf({ likes: ['a'] }), vault)).toBe('visible')
  })
})

it('packs and unpacks sources without loss', () => {
  const keys = ['a', 'b', 'c', 'phone']
  fc.assert(
    fc.property(fc.subarray(keys), fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }), (present, numbers) => {
      const times = Object.fromEntries(present.map((key) => [key, 1]))
      const sources = Object.fromEntries(present.map((key) => [key, numbers[keys.indexOf(key)]!]).filter(([, number]) => number !== 0))
      expect(unpackSources(packSources(sources, times), times)).toEqual(sources)
    }),
  )
})

it('reads lists from lists and from texts with separators', () => {
  expect(coerceAttribute('list', '茶、咖啡，茶; 酒|')).toEqual(['茶', '咖啡', '酒'])
  expect(coerceAttribute('list', ['a', ' a ', '', 'b'])).toEqual(['a', 'b'])
  expect(coerceAttribute('list', 'x'.repeat(201))).toHaveProperty('zh')
  expect(coerceAttribute('text', ['a', 'b'])).toBe('a, b')
})

it('makes the same row of a new person at once as it does the long way', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 2 }), fc.constant(null))
  const traits = fc.dictionary(fc.constantFrom('name', 'city', '备注', 'phone', 'a.b'), value, { maxKeys: 4 })
  const saying = fc.record({ timeMs: fc.constantFrom(10, 20), source: fc.constantFrom(0, 1, 2) })
  const phone = fc.option(fc.record({ saying, value: fc.constant('+8613800000001') }), { nil: null })
  const createdAt = fc.option(fc.record({ saying, value: fc.constantFrom(3, 15) }), { nil: null })
  fc.assert(
    fc.property(traits, saying, phone, createdAt, (given, said, address, registered) => {
      const [quick, slow] = [new PersonDraft(), new PersonDraft()]
      slow.operate({}, said)
      for (const draft of [quick, slow]) {
        draft.firstSeenMs = said.timeMs
        draft.setTraits(given, said)
        if (address) draft.setPhone({ ...address.saying, value: address.value, key: 'k' })
        if (registered) draft.setCreatedAt(registered.value, registered.saying)
      }
      const [left, right] = [quick, slow].map((draft) => readable(draft.born(vault, 100)))
      expect(left).toEqual(right)
    }),
    { numRuns: 500 },
  )
})

function readable({ attributes, times, sources, sealedPhone, ...rest }: PersonRecord): object {
  const read = (json: string | null): unknown => (json === null ? null : JSON.parse(json))
  const phone = sealedPhone && vault.open(sealedPhone)
  const said = { attributes: read(attributes) as Record<string, unknown>, phoneKey: rest.phoneKey, emailKey: rest.emailKey }
  const unpacked = unpackTimes(read(times) as Record<string, number>, said)
  return { ...rest, attributes: said.attributes, times: unpacked, sources: unpackSources(read(sources) as Record<string, number> | null, unpacked), phone }
}
