/**
 * Colours of ink, paper and dusk sky. 黛蓝 (deep indigo-teal) is the one accent; 朱砂 (vermilion) is the seal: the mark, the
 * place where one is, and nothing else. Names are what a colour is for, so that dark mode is another table and no other code.
 */
export interface Tokens {
  /** Page background: paper. */
  paper: string
  /** Cards, tables, inputs. */
  surface: string
  /** Rail, table head, hovered rows. */
  sunken: string
  ink: string
  inkSoft: string
  inkFaint: string
  line: string
  lineStrong: string
  accent: string
  accentSoft: string
  onAccent: string
  seal: string
  good: string
  warn: string
  bad: string
  goodSoft: string
  warnSoft: string
  badSoft: string
  /** Series of charts, in this order. */
  series: readonly string[]
}

export const lightTokens: Tokens = {
  paper: '#f8f5ee',
  surface: '#fffdf9',
  sunken: '#f2ede3',
  ink: '#1f2a30',
  inkSoft: '#55616a',
  inkFaint: '#5f686d',
  line: '#e6dfd2',
  lineStrong: '#d3cabb',
  accent: '#245169',
  accentSoft: '#e3ecee',
  onAccent: '#fffdf9',
  seal: '#b93a26',
  good: '#3d6e50',
  warn: '#8f5f10',
  bad: '#a3312f',
  goodSoft: '#e6efe6',
  warnSoft: '#f7ecd5',
  badSoft: '#f7e4df',
  series: ['#245169', '#b98a3e', '#6d8f8a', '#8c6a86', '#8a9aa5', '#a9583f'],
}

export const darkTokens: Tokens = {
  paper: '#11181d',
  surface: '#182127',
  sunken: '#141c22',
  ink: '#e8e4da',
  inkSoft: '#aab3b6',
  inkFaint: '#939ea3',
  line: '#2a353c',
  lineStrong: '#3b4850',
  accent: '#86b8cf',
  accentSoft: '#20333d',
  onAccent: '#0f1a20',
  seal: '#e0654d',
  good: '#86bd97',
  warn: '#dcae61',
  bad: '#e58f85',
  goodSoft: '#1d3026',
  warnSoft: '#352b19',
  badSoft: '#3a2422',
  series: ['#86b8cf', '#d9b16a', '#8fb5ae', '#b795b1', '#9fb0ba', '#d08a70'],
}

const hanFonts = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC'"
const latinFonts = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial"
/** Quotes and dots of a Han font are as wide as a Han character: an English text takes them from a Latin one. */
const fontStacks = { zh: `${hanFonts}, ${latinFonts}, sans-serif`, en: `${latinFonts}, ${hanFonts}, sans-serif` }
export const serifStack = "'Songti SC', 'Noto Serif CJK SC', 'Source Han Serif SC', 'STSong', SimSun, Georgia, serif"
export const monoStack = "'SF Mono', Menlo, Consolas, 'Liberation Mono', 'Noto Sans Mono CJK SC', monospace"

/** Writes the tokens as CSS variables (`--ink-soft`), so that style sheets and antd draw from one table. */
export function applyTokens(tokens: Tokens, dark: boolean): void {
  const { style, dataset } = document.documentElement
  dataset.theme = dark ? 'dark' : 'light'
  style.colorScheme = dark ? 'dark' : 'light'
  for (const [name, value] of Object.entries(tokens)) {
    if (typeof value === 'string') style.setProperty(`--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value)
  }
  style.setProperty('--font-zh', fontStacks.zh)
  style.setProperty('--font-en', fontStacks.en)
  style.setProperty('--serif', serifStack)
  style.setProperty('--mono', monoStack)
}
