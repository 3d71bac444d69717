import { createSignal, Show } from 'solid-js';
import { createAsked } from '../../api/asked.ts';
import { asApiError } from '../../api/client.ts';
import { getSettings, saveSettings } from '../../api/settings.ts';
import { Card } from '../../components/card.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Select } from '../../components/select.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { settingsText as t } from '../../i18n/settings.ts';
import { type LanguageChoice, languageChoice, setLanguage } from '../../i18n/words.ts';
import { ownTheme, setBoxTheme, setTheme, type Theme, theme, themes } from '../../lib/theme.ts';
import { Answer } from './answer.tsx';
import { SettingsPage } from './settings-page.tsx';

/** Theme and language of this browser, and the theme the box proposes to browsers that have not chosen. */
export function Appearance() {
  const toasts = useToasts();
  const [language, choose] = createSignal(languageChoice());
  const box = createAsked(getSettings);
  const choices = () => themes.map((value) => ({ value, label: t().themes[value] }));
  const propose = async (next: Theme) => {
    const before = box.value();
    if (before) box.setValue({ ...before, theme: next });
    try {
      const saved = await saveSettings({ theme: next });
      box.setValue(saved);
      setBoxTheme(saved.theme);
      toasts.say({ text: t().saved, mood: 'ok' });
    } catch (thrown) {
      if (before) box.setValue(before);
      toasts.say({ text: asApiError(thrown).message, mood: 'bad' });
    }
  };
  return (
    <SettingsPage place="appearance" lead={t().appearance.lead}>
      <Card title={t().appearance.here}>
        <p class="lead">{t().appearance.hereNote}</p>
        <div class="stack">
          <div>
            <Segmented<Theme> label={t().theme} labelled choices={choices()} value={theme()} onChange={setTheme} />
            <Show when={ownTheme() === null}>
              <p class="field-note">{t().appearance.follows}</p>
            </Show>
          </div>
          <Select<LanguageChoice>
            label={t().language}
            choices={(['system', 'en', 'de'] as const).map((value) => ({ value, label: t().languages[value] }))}
            value={language()}
            onChange={(next) => {
              choose(next);
              void setLanguage(next);
            }}
          />
        </div>
      </Card>
      <Card title={t().appearance.box}>
        <p class="lead">{t().appearance.boxNote}</p>
        <Answer asked={box} lines={1}>
          {(settings) => (
            <Segmented<Theme>
              label={t().appearance.boxTheme}
              labelled
              choices={choices()}
              value={settings().theme}
              onChange={(next) => void propose(next)}
            />
          )}
        </Answer>
      </Card>
    </SettingsPage>
  );
}
