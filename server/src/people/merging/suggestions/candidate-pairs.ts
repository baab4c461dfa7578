import type { SuggestionSettings } from '../../../../../contracts/one-id.ts'
import { isPathKey, textValue } from '../../../platform/warehouse/json-path.ts'
import type { Statement } from '../../../platform/warehouse/warehouse.ts'

/** A block of more people than this says nothing (everybody born on 1 January 1990) and is left out. */
const blockMax = 60
const limits = { secondsMax: 600, memoryBytesMax: 4 * 1024 ** 3 }

/**
 * Pairs of people worth comparing, one of them in `personIds`: those who share a block. A person is in one block by birth date and first letters of each word
 * of the name and by the whole birth date, in two by the smallest hash of the words of the name, and in three by the smallest hash of the address's trigrams
 * (A. Z. Broder, "On the resemblance and containment of documents", 1997: two texts share one as often as their trigrams overlap).
 */
export function candidatePairs(workspaceId: number, settings: SuggestionSettings, personIds: readonly number[]): Statement {
  const keysOf = `
    select person_id, arrayJoin(arrayDistinct(arrayConcat(
      if(birth = '', [], [cityHash64('b', birth)]),
      if(birth = '', [], arrayMap(word -> cityHash64('n', leftUTF8(word, 3), left(birth, 4)), words)),
      if(empty(words), [], [cityHash64('f', arraySort(words))]),
      if(lengthUTF8(address) < 6, [], arrayMap(seed -> cityHash64('a', seed, arrayMin(gram -> cityHash64(seed, gram), grams)), [1, 2, 3]))
    ))) as block
    from (
      select person_id, birth, words, address, if(lengthUTF8(address) < 6, [], ngrams(address, 3)) as grams
      from (
        select person_id, ${joined(settings.birthDate, `left(replaceRegexpAll(value, '[^0-9]', ''), 8)`)} as digits, if(length(digits) = 8, digits, '') as birth,
          arrayDistinct(arrayFilter(word -> word != '', splitByRegexp('[\\\\s,，·.]+', lowerUTF8(${joined(settings.name, 'value')})))) as words,
          replaceRegexpAll(lowerUTF8(${joined(settings.address, 'value')}), '[\\\\s,，]+', '') as address
        from people final where workspace_id = {workspaceId:UInt32}
      )
    )`
  return {
    sql: `
      with keyed as (${keysOf})
      select distinct least(one, two) as low, greatest(one, two) as high
      from (
        select arrayJoin(ids) as one, ids from (
          select groupArray(person_id) as ids from keyed
          where block in (select block from keyed where person_id in {personIds:Array(UInt32)})
          group by block having count() between 2 and ${blockMax})
      ) array join ids as two
      where one in {personIds:Array(UInt32)} and one != two
      order by low, high`,
    params: { workspaceId, personIds: [...personIds] },
    limits,
  }
}

/** Values of attributes as one text; the first that is not empty where `first` changes each. */
function joined(keys: readonly string[], each: string): string {
  const values = keys.filter(isPathKey).map((key) => `ifNull(${textValue('attributes', key)}, '')`)
  if (values.length === 0) return `''`
  return each === 'value'
    ? `arrayStringConcat([${values.join(', ')}], ' ')`
    : `arrayFirst(found -> found != '', arrayMap(value -> ${each}, [${values.join(', ')}]))`
}
