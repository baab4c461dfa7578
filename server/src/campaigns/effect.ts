import type { Interval } from '../../../contracts/campaigns.ts'
import type { LocaleText } from '../../../contracts/common.ts'
import { conversionRate, type Arm, type CampaignOutcome } from './campaign-outcome.ts'

/** 97.5 % point of the standard normal: two-sided 95 %. */
const z = 1.959963984540054
/** 80 % point of the standard normal: the usual power of a trial. */
const zPower = 0.8416212335729143

/**
 * Difference of two proportions with Newcombe's hybrid score interval (R. G. Newcombe, Statistics in Medicine 17:873–890, 1998, method 10):
 * it stays inside [−1, 1] and holds its level for small groups and rare conversions, where the textbook interval fails.
 * Null when a group is empty.
 */
export function proportionDifference(treated: { converted: number; people: number }, control: { converted: number; people: number }): Interval | null {
  if (treated.people === 0 || control.people === 0) return null
  const [p1, p2] = [treated.converted / treated.people, control.converted / control.people]
  const [a, b] = [wilson(treated.converted, treated.people), wilson(control.converted, control.people)]
  const value = p1 - p2
  return { value, low: value - Math.hypot(p1 - a.low, b.high - p2), high: value + Math.hypot(a.high - p1, p2 - b.low) }
}

/** Wilson's score interval of one proportion (E. B. Wilson, JASA 22:209–212, 1927). */
export function wilson(converted: number, people: number): { low: number; high: number } {
  const p = converted / people
  const centre = (p + (z * z) / (2 * people)) / (1 + (z * z) / people)
  const half = (z / (1 + (z * z) / people)) * Math.sqrt((p * (1 - p)) / people + (z * z) / (4 * people * people))
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

/** Difference of two means with Welch's unequal variances, normal quantile (groups are large). Null when a group has fewer than two people. */
export function meanDifference(treated: Arm, control: Arm): Interval | null {
  if (treated.people < 2 || control.people < 2) return null
  const [a, b] = [moments(treated), moments(control)]
  const value = a.mean - b.mean
  const half = z * Math.sqrt(a.variance / treated.people + b.variance / control.people)
  return { value, low: value - half, high: value + half }
}

function moments(arm: Arm): { mean: number; variance: number } {
  const mean = arm.revenueFen / arm.people
  const variance = Math.max(0, (arm.revenueFenSquared - arm.people * mean * mean) / (arm.people - 1))
  return { mean, variance }
}

/**
 * The smallest difference of conversion rates a trial of these sizes shows with 80 % power at the 5 % level, by the normal approximation with the
 * base rate in both groups (e.g. Cohen 1988, ch. 6). A fraction; null when it can not be said.
 */
export function detectableDifference(baseRate: number, treatedPeople: number, controlPeople: number): number | null {
  if (!(baseRate > 0 && baseRate < 1) || treatedPeople === 0 || controlPeople === 0) return null
  return (z + zPower) * Math.sqrt(baseRate * (1 - baseRate) * (1 / treatedPeople + 1 / controlPeople))
}

export interface Lift {
  conversionRateDifference: Interval | null
  revenuePerPersonDifferenceFen: Interval | null
  incrementalConversions: Interval | null
  incrementalRevenueFen: Interval | null
  significant: boolean | null
  sentence: LocaleText
}

const scale = (interval: Interval | null, factor: number): Interval | null =>
  interval && { value: interval.value * factor, low: interval.low * factor, high: interval.high * factor }

/** What the campaign caused, judged against those held back by chance, with its uncertainty in plain words. */
export function measureLift(outcome: CampaignOutcome): Lift {
  const { treated, control } = outcome
  const conversionRateDifference = proportionDifference(treated, control)
  const revenuePerPersonDifferenceFen = meanDifference(treated, control)
  const significant = conversionRateDifference && (conversionRateDifference.low > 0 || conversionRateDifference.high < 0)
  return {
    conversionRateDifference,
    revenuePerPersonDifferenceFen,
    incrementalConversions: scale(conversionRateDifference, treated.people),
    incrementalRevenueFen: scale(revenuePerPersonDifferenceFen, treated.people),
    significant,
    sentence: liftSentence(outcome, conversionRateDifference),
  }
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)}%`
const points = (fraction: number): string => Math.abs(fraction * 100).toFixed(2)
/** With its sign; what rounds to nothing has none. */
const signedPoints = (fraction: number): string => `${points(fraction) === '0.00' ? '' : fraction > 0 ? '+' : '−'}${points(fraction)}`

/** `高 1.20 个百分点`, `1.20 percentage points more`. */
function differenceInWords(fraction: number): LocaleText {
  const size = points(fraction)
  if (size === '0.00') return { zh: '两组相同', en: 'no difference' }
  return fraction > 0
    ? { zh: `高 ${size} 个百分点`, en: `${size} percentage points more` }
    : { zh: `低 ${size} 个百分点`, en: `${size} percentage points fewer` }
}

function liftSentence({ treated, control }: CampaignOutcome, difference: Interval | null): LocaleText {
  if (treated.people === 0) return { zh: '还没有人收到消息。', en: 'Nobody has been contacted yet.' }
  if (!difference) {
    return {
      zh: `触达人群的转化率是 ${percent(conversionRate(treated))}。没有对照组，无法判断其中多少是活动带来的。`,
      en: `${percent(conversionRate(treated))} of those contacted converted. Without a control group nobody can say how much of it the campaign caused.`,
    }
  }
  const rates = [percent(conversionRate(treated)), percent(conversionRate(control))] as const
  const [low, high] = [signedPoints(difference.low), signedPoints(difference.high)]
  const words = differenceInWords(difference.value)
  const facts = {
    zh: `触达组转化率 ${rates[0]}，对照组 ${rates[1]}，${words.zh}（95% 置信区间：${low} 至 ${high} 个百分点）。`,
    en: `${rates[0]} of the people contacted converted, against ${rates[1]} of the control group: ${words.en} (95% confidence interval: ${low} to ${high} points). `,
  }
  if (difference.low > 0) return { zh: `${facts.zh}活动确实带来了提升。`, en: `${facts.en}The campaign did raise conversion.` }
  if (difference.high < 0)
    return {
      zh: `${facts.zh}触达反而降低了转化，请检查内容与频次。`,
      en: `${facts.en}Contacting people lowered conversion: check the content and how often they are contacted.`,
    }
  return {
    zh: `${facts.zh}区间包含 0，还不能断定活动有效果；扩大人群或对照组后再测。`,
    en: `${facts.en}The interval contains 0, so no effect is shown yet: try a larger audience or control group.`,
  }
}
