import fs from 'node:fs/promises'
import path from 'node:path'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { promisify } from 'node:util'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const server = 'http://127.0.0.1:3900'

/** Vendors that change seldom and are used on every page go into chunks of their own; ECharts loads with the first chart. */
function vendorChunk(id: string): string | undefined {
  if (!id.includes('node_modules')) return undefined
  if (/node_modules\/(echarts|zrender)\//.test(id)) return 'charts'
  if (/node_modules\/(react|react-dom|scheduler|react-router|@tanstack|i18next|react-i18next)\//.test(id)) return 'react'
  if (/node_modules\/(antd|@ant-design|@rc-component|rc-[a-z-]+|dayjs)\//.test(id)) return 'antd'
  return undefined
}

/** Leaves `.br` and `.gz` beside every text worth it; the server sends them as they are. */
function compressAssets(): Plugin {
  const brotli = (bytes: Buffer) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
  return {
    name: 'compress-assets',
    apply: 'build',
    async writeBundle({ dir = '.' }, bundle) {
      const files = Object.keys(bundle).filter((name) => name.startsWith('assets/') && /\.(js|css|svg|json)$/.test(name))
      for (const file of files.map((name) => path.join(dir, name))) {
        const bytes = await fs.readFile(file)
        if (bytes.length < 1024) continue
        await fs.writeFile(`${file}.br`, await brotli(bytes))
        await fs.writeFile(`${file}.gz`, await promisify(gzip)(bytes))
      }
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressAssets()],
  server: { port: 5173, proxy: { '/api': server, '/v1': server } },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: (id: string) => vendorChunk(id) ?? null }] } } },
  },
})
