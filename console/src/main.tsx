import 'antd/dist/reset.css'
import './ui/base.css'
import './ui/ui.css'
import './app/shell/shell.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { readPreferences } from './ui/preferences.ts'
import { loadLanguage } from './ui/text.ts'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
await loadLanguage(readPreferences().locale)
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
