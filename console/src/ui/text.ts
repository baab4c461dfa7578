import type { ConfigProviderProps } from 'antd'
import dayjs from 'dayjs'
import { createInstance } from 'i18next'
import { useCallback } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'
import type { Locale, LocaleText } from '../../../contracts/common.ts'
import type { AnyTextKey, Namespace, TextKey } from './locales.ts'
import { changePreferences, readPreferences } from './preferences.ts'

type Values = Record<string, string | number>
/** i18next's own key types would be worked out once per call; ours come from `locales.ts`. */
type Translate = (key: string, values?: Values) => string
export type AntdLocale = NonNullable<ConfigProviderProps['locale']>
const i18n = createInstance()
let antdLocale: AntdLocale | undefined

/** Loads one language (a chunk of its own) and makes it the language of texts, antd, dates and the document. */
export async function loadLanguage(locale: Locale): Promise<void> {
  const loaded = locale === 'zh' ? await import('./locale-zh.ts') : await import('./locale-en.ts')
  if (!i18n.isInitialized) {
    await i18n.use(initReactI18next).init({ lng: locale, resources: {}, fallbackLng: false, interpolation: { escapeValue: false }, returnNull: false })
  }
  for (const [file, texts] of Object.entries(loaded.texts)) {
    const namespace = file.slice(file.lastIndexOf('/') + 1, -'.json'.length)
    i18n.addResourceBundle(locale, namespace, texts, true, true)
  }
  antdLocale = loaded.antdLocale
  dayjs.locale(locale === 'zh' ? 'zh-cn' : 'en')
  document.documentElement.lang = locale === 'zh' ? 'zh-CN' : 'en'
  await i18n.changeLanguage(locale)
  if (readPreferences().locale !== locale) changePreferences({ locale })
}

export const readAntdLocale = (): AntdLocale | undefined => antdLocale

/** Texts of one feature: `const text = useText('data'); text('imports.title')`. Keys are checked by the compiler. */
export function useText<Name extends Namespace>(namespace: Name): (key: TextKey<Name>, values?: Values) => string {
  const { t } = useTranslation()
  return useCallback((key, values) => (t as Translate)(`${namespace}:${key}`, values), [t, namespace])
}

/** Texts of any feature by full key, for registries such as navigation and the command palette. */
export function useAnyText(): (key: AnyTextKey, values?: Values) => string {
  const { t } = useTranslation()
  return useCallback((key, values) => (t as Translate)(key, values), [t])
}

export function useLocale(): Locale {
  const { i18n } = useTranslation()
  return i18n.language === 'en' ? 'en' : 'zh'
}

/** Picks the language of a text that the server sent in both. */
export function useLocaleText(): (text: LocaleText) => string {
  const locale = useLocale()
  return useCallback((text) => text[locale], [locale])
}
