// Every part of ui/src/components in all its states, for whoever builds a page: import the part from its own file,
// as here. Only in development (`./scripts/dev`, then /dev/components); the built page does not hold it.
//
//   words      button icon-button status-pill notice empty-state page-header key-hint copy-line relative-time
//   numbers    stat progress-bar skeleton data-table virtual-list card
//   forms      form + submit (the kit), field password-field text-area select checkbox (Switch too) radio-group segmented
//   pickers    features/pickers: folder-picker folder-list place-picker schedule-picker
//   overlays   dialog confirm-dialog menu tooltip toasts; tabs, and sub-nav for tabs with addresses
import { For } from 'solid-js';
import { PageHeader } from '../components/page-header.tsx';
import { Segmented } from '../components/segmented.tsx';
import { StatusPill } from '../components/status-pill.tsx';
import { setTheme, type Theme, theme, themes } from '../lib/theme.ts';
import { Forms } from './forms.tsx';
import { Numbers } from './numbers.tsx';
import { Overlays } from './overlays.tsx';
import { Part } from './part.tsx';
import { Pickers } from './pickers.tsx';
import { Words } from './words.tsx';

const colours = ['paper', 'surface', 'sunken', 'hover', 'line', 'edge', 'text', 'soft', 'accent', 'accent-tint'];

export function Components() {
  return (
    <>
      <PageHeader
        title="Components"
        lead="Everything a page is built from, in all its states."
        beside={<StatusPill mood="idle">development</StatusPill>}
        actions={
          <Segmented<Theme>
            label="Theme"
            choices={themes.map((value) => ({ value, label: value }))}
            value={theme()}
            onChange={setTheme}
          />
        }
      />
      <Words />
      <Forms />
      <Numbers />
      <Overlays />
      <Pickers />
      <Part title="Colours">
        <div class="row">
          <For each={colours}>
            {(name) => (
              <div class="small" style={{ width: '5.5rem' }}>
                <div
                  style={{
                    height: '2.5rem',
                    background: `var(--${name})`,
                    border: '1px solid var(--line)',
                    'border-radius': 'var(--radius-m)',
                  }}
                />
                {name}
              </div>
            )}
          </For>
        </div>
      </Part>
    </>
  );
}
