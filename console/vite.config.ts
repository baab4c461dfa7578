import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const server = 'http://127.0.0.1:3900'

/** Vendors that change seldom and are used on every page go into chunks of their own; ECharts loads with the first chart. */
function vendorChunk(id: string): string | undefined {
  if (!id.includes('node_modules')) return undefined
  if (/node_modules\/(echarts|zrender)\//.test(id)) return 'charts'
  if (/node_modules\/(react|react-dom|scheduler|react-router|@tanstack|i18next|react-i18next)\//.test(id)) return 'react'
  if (/node_modules\/(antd|@ant-design|@rc-component|rc-[a-z-]+|dayjs)\//.test(id)) return 'antd'
  return undefined
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: { port: 5173, proxy: { '/api': server, '/v1': server } },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: (id: string) => vendorChunk(id) ?? null }] } } },
  },
})
