import { QueryClientProvider } from '@tanstack/react-query'
import { App as AntdApp, ConfigProvider } from 'antd'
import { useEffect, useLayoutEffect, useMemo } from 'react'
import { RouterProvider } from 'react-router'
import { queryClient } from '../ui/api.ts'
import { keepDialogFocus } from '../ui/dialog-focus.ts'
import { useIsDark } from '../ui/preferences.ts'
import { readAntdLocale, useLocale } from '../ui/text.ts'
import { antdThemeOf } from '../ui/theme.ts'
import { applyTokens, darkTokens, lightTokens } from '../ui/tokens.ts'
import { router } from './router.tsx'

/** Theme, language, data and routes around every page. */
export function App() {
  const dark = useIsDark()
  const locale = useLocale()
  const tokens = dark ? darkTokens : lightTokens
  const theme = useMemo(() => antdThemeOf(tokens, dark), [tokens, dark])
  useLayoutEffect(() => applyTokens(tokens, dark), [tokens, dark])
  useEffect(keepDialogFocus, [])
  return (
    <ConfigProvider key={locale} theme={theme} locale={readAntdLocale()} button={{ autoInsertSpace: false }} form={{ requiredMark: 'optional' }}>
      <AntdApp component={false}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntdApp>
    </ConfigProvider>
  )
}
