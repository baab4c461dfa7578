import { MenuOutlined, MoonOutlined, SearchOutlined, SunOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { accessRoutes } from '../../../../contracts/access.ts'
import { client } from '../../ui/api.ts'
import { changePreferences, useIsDark } from '../../ui/preferences.ts'
import { loadLanguage, useLocale, useText } from '../../ui/text.ts'
import { UserMenu } from './user-menu.tsx'
import { WorkspaceSwitcher } from './workspace-switcher.tsx'

/** Where one is, search, language, light and dark, and oneself. */
export function TopBar({ onMenu, onSearch }: { onMenu?: () => void; onSearch: () => void }) {
  const text = useText('common')
  const dark = useIsDark()
  const locale = useLocale()
  const other = locale === 'zh' ? 'en' : 'zh'
  const switchLanguage = async (): Promise<void> => {
    await loadLanguage(other)
    // NOTE: kept on the account too, for the next browser; the switch itself does not wait for it.
    await client.call(accessRoutes.updateMe, { body: { locale: other } }).catch(() => undefined)
  }
  const appearance = text(dark ? 'appearance.toLight' : 'appearance.toDark')
  return (
    <header className="top-bar">
      {onMenu && <Button type="text" icon={<MenuOutlined />} onClick={onMenu} aria-label={text('navigation')} />}
      <WorkspaceSwitcher />
      <button type="button" className="top-search" onClick={onSearch}>
        <SearchOutlined />
        <span>{text('palette.placeholder')}</span>
        <kbd>{navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <div className="top-tools">
        <Button type="text" onClick={() => void switchLanguage()} lang={other} aria-label={text('language.switch')}>
          {text('language.other')}
        </Button>
        <Tooltip title={appearance}>
          <Button
            type="text"
            icon={dark ? <SunOutlined /> : <MoonOutlined />}
            onClick={() => changePreferences({ appearance: dark ? 'light' : 'dark' })}
            aria-label={appearance}
          />
        </Tooltip>
        <UserMenu />
      </div>
    </header>
  )
}
