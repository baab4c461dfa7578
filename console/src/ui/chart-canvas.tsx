import { BarChart, CustomChart, HeatmapChart, LineChart, PieChart, SankeyChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import { init, use as register, type EChartsCoreOption, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import type { Tokens } from './tokens.ts'

register([
  BarChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  PieChart,
  SankeyChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
])

/** The product's look as an ECharts theme. */
function themeOf(tokens: Tokens): object {
  const axis = {
    axisLine: { lineStyle: { color: tokens.lineStrong } },
    axisTick: { show: false },
    axisLabel: { color: tokens.inkFaint, fontSize: 11 },
    splitLine: { lineStyle: { color: tokens.line } },
    nameTextStyle: { color: tokens.inkFaint, fontSize: 11 },
  }
  return {
    color: tokens.series,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: tokens.ink },
    grid: { left: 4, right: 8, top: 34, bottom: 2, containLabel: true },
    legend: { textStyle: { color: tokens.inkSoft, fontSize: 12 }, itemWidth: 12, itemHeight: 8, icon: 'roundRect', left: 0, top: 0 },
    tooltip: {
      backgroundColor: tokens.surface,
      borderColor: tokens.lineStrong,
      borderWidth: 1,
      textStyle: { color: tokens.ink, fontSize: 12 },
      extraCssText: 'box-shadow: none; border-radius: 5px;',
    },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    timeAxis: { ...axis, splitLine: { show: false } },
    line: { symbol: 'none', lineStyle: { width: 1.75 } },
    bar: { itemStyle: { borderRadius: [2, 2, 0, 0] } },
  }
}

interface ChartCanvasProps {
  option: EChartsCoreOption
  tokens: Tokens
  onClick?: (event: { name: string; dataIndex: number; seriesName?: string; data?: unknown }) => void
}

/** The canvas behind `Chart`, following the size of its box; another theme is another canvas (by its key). */
export function ChartCanvas({ option, tokens, onClick }: ChartCanvasProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(undefined)
  useEffect(() => {
    if (!box.current) return undefined
    const made = init(box.current, themeOf(tokens))
    chart.current = made
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(box.current)
    return () => {
      observer.disconnect()
      made.dispose()
    }
  }, [tokens])
  useEffect(() => chart.current?.setOption({ animationDuration: 250, ...option }, { notMerge: true }), [option])
  useEffect(() => {
    const made = chart.current
    if (!made || !onClick) return undefined
    const handler = (event: unknown): void => onClick(event as { name: string; dataIndex: number; seriesName?: string; data?: unknown })
    made.on('click', handler)
    return () => void made.off('click', handler)
  }, [onClick])
  return <div ref={box} style={{ width: '100%', height: '100%' }} />
}
