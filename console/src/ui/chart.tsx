import type { EChartsCoreOption } from 'echarts/core'
import { lazy, Suspense } from 'react'
import { useIsDark } from './preferences.ts'
import { darkTokens, lightTokens, type Tokens } from './tokens.ts'

const ChartCanvas = lazy(() => import('./chart-canvas.tsx').then((module) => ({ default: module.ChartCanvas })))

export const useTokens = (): Tokens => (useIsDark() ? darkTokens : lightTokens)

interface ChartProps {
  /** ECharts option; colours, grid, axes and tooltip come from the theme. */
  option: EChartsCoreOption
  /** What the chart shows and what it says, for those who do not see it. */
  description: string
  height?: number
  onClick?: (event: { name: string; dataIndex: number; seriesName?: string; data?: unknown }) => void
}

/** A chart in the product's colours; ECharts itself loads with the first one. */
export function Chart({ option, description, height = 260, onClick }: ChartProps) {
  const tokens = useTokens()
  return (
    <div role="img" aria-label={description} className="chart" style={{ height }}>
      <Suspense fallback={null}>
        <ChartCanvas key={tokens.paper} option={option} tokens={tokens} onClick={onClick} />
      </Suspense>
    </div>
  )
}
