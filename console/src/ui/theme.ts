import { theme as antdTheme, type ThemeConfig } from 'antd'
import { monoStack, type Tokens } from './tokens.ts'

const stillness = matchMedia('(prefers-reduced-motion: reduce)')

/** The tokens as antd understands them: hairlines instead of shadows, small radii, compact rows. */
export function antdThemeOf(tokens: Tokens, dark: boolean): ThemeConfig {
  return {
    algorithm: dark ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
    token: {
      colorPrimary: tokens.accent,
      colorLink: tokens.accent,
      colorInfo: tokens.accent,
      colorSuccess: tokens.good,
      colorWarning: tokens.warn,
      colorError: tokens.bad,
      // Soft grounds are ours: those the algorithm derives from an ink are muddy.
      colorInfoBg: tokens.accentSoft,
      colorInfoBorder: tokens.lineStrong,
      colorSuccessBg: tokens.goodSoft,
      colorSuccessBorder: tokens.lineStrong,
      colorWarningBg: tokens.warnSoft,
      colorWarningBorder: tokens.lineStrong,
      colorErrorBg: tokens.badSoft,
      colorErrorBorder: tokens.lineStrong,
      colorText: tokens.ink,
      colorTextSecondary: tokens.inkSoft,
      colorTextTertiary: tokens.inkFaint,
      colorTextDescription: tokens.inkFaint,
      colorTextPlaceholder: tokens.inkFaint,
      colorBgLayout: tokens.paper,
      colorBgContainer: tokens.surface,
      colorBgElevated: tokens.surface,
      colorBorder: tokens.lineStrong,
      colorBorderSecondary: tokens.line,
      colorTextLightSolid: tokens.onAccent,
      fontFamily: 'var(--font)',
      fontFamilyCode: monoStack,
      fontSize: 14,
      lineHeight: 1.55,
      borderRadius: 5,
      controlHeight: 32,
      wireframe: false,
      boxShadow: '0 2px 12px rgb(31 42 48 / 8%)',
      boxShadowSecondary: '0 4px 20px rgb(31 42 48 / 12%)',
      boxShadowTertiary: 'none',
      // An animation cut to nothing by a style never says that it ended: what it was to take away would stay.
      motion: !stillness.matches,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.18s',
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
      Table: {
        headerBg: tokens.sunken,
        headerColor: tokens.inkSoft,
        headerSplitColor: 'transparent',
        rowHoverBg: tokens.sunken,
        borderColor: tokens.line,
        cellPaddingBlock: 11,
        cellPaddingInline: 12,
        cellPaddingBlockSM: 6,
        cellPaddingInlineSM: 10,
      },
      Form: { itemMarginBottom: 18, verticalLabelPadding: '0 0 4px', labelColor: tokens.inkSoft },
      Card: { bodyPadding: 16, headerBg: 'transparent' },
      Tag: { defaultBg: tokens.sunken },
      Steps: { dotSize: 8 },
      Segmented: { trackBg: tokens.sunken, itemSelectedBg: tokens.surface },
    },
  }
}
