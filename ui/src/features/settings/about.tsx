import { createSignal, For, Match, Show, Switch } from 'solid-js';
import type { Licences } from '../../../licences.ts';
import { type Asked, createAsked } from '../../api/asked.ts';
import { getHealth } from '../../api/health.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { StatusPill } from '../../components/status-pill.tsx';
import { settingsText as t } from '../../i18n/settings.ts';
import { useLive } from '../../live/live.ts';
import { Answer } from './answer.tsx';
import { SettingsPage } from './settings-page.tsx';

/** Loaded only when somebody wants to read them. */
const loadLicences = async (): Promise<Licences> => (await import('virtual:licences')).licences;

export function About() {
  const live = useLive();
  const say = () => t().about;
  const health = createAsked(getHealth);
  const [licences, setLicences] = createSignal<Asked<Licences> | null>(null);
  const [own, setOwn] = createSignal(false);
  const [others, setOthers] = createSignal(false);
  const load = () => {
    if (!licences()) setLicences(createAsked(loadLicences));
  };
  return (
    <SettingsPage place="about" lead={say().lead}>
      <Card>
        <Answer asked={health} lines={3}>
          {(box) => (
            <dl class="facts">
              <div>
                <dt>{say().version}</dt>
                <dd>Dynamight {box().version}</dd>
              </div>
              <div>
                <dt>{say().state}</dt>
                <dd>
                  <Show
                    when={box().status === 'ok'}
                    fallback={<StatusPill mood="bad">{say().stateRecovery}</StatusPill>}
                  >
                    <StatusPill mood="ok">{say().stateOk}</StatusPill>
                  </Show>
                  <span class="facts-note">{box().status === 'ok' ? say().stateText : say().stateBad}</span>
                </dd>
              </div>
              <div>
                <dt>{say().live}</dt>
                <dd>
                  <Switch fallback={<StatusPill mood="warn">{say().liveNo}</StatusPill>}>
                    <Match when={live.connection() === 'live'}>
                      <StatusPill mood="ok">{say().liveYes}</StatusPill>
                    </Match>
                  </Switch>
                  <span class="facts-note">{live.trouble() ?? say().liveYesText}</span>
                </dd>
              </div>
            </dl>
          )}
        </Answer>
      </Card>
      <Card title={say().links}>
        <ul class="links">
          <li>
            <a href="/api/docs" rel="external">
              {say().docs}
            </a>
            <span class="soft small">{say().docsNote}</span>
          </li>
          <li>
            <a href="/api/openapi.json" rel="external">
              {say().openapi}
            </a>
            <span class="soft small">{say().openapiNote}</span>
          </li>
        </ul>
      </Card>
      <Card title={say().licence}>
        <p>{say().licenceText}</p>
        <Show
          when={own()}
          fallback={
            <div class="row">
              <Button
                kind="quiet"
                onClick={() => {
                  load();
                  setOwn(true);
                }}
              >
                {say().licenceShow}
              </Button>
            </div>
          }
        >
          <Show when={licences()}>
            {(asked) => <Answer asked={asked()}>{(all) => <LicenceText text={all().own} />}</Answer>}
          </Show>
        </Show>
      </Card>
      <Card title={say().others}>
        <p>{say().othersText}</p>
        <Show
          when={others()}
          fallback={
            <div class="row">
              <Button
                kind="quiet"
                onClick={() => {
                  load();
                  setOthers(true);
                }}
              >
                {say().othersShow}
              </Button>
            </div>
          }
        >
          <Show when={licences()}>
            {(asked) => <Answer asked={asked()}>{(all) => <Packages all={all()} />}</Answer>}
          </Show>
        </Show>
      </Card>
    </SettingsPage>
  );
}

function Packages(props: { all: Licences }) {
  return (
    <div>
      <p class="soft small">{t().about.othersCount(props.all.packages.length)}</p>
      <ul class="packages">
        <For each={props.all.packages}>
          {(one) => {
            const [open, setOpen] = createSignal(false);
            return (
              <li>
                <details onToggle={(event) => setOpen(event.currentTarget.open)}>
                  <summary>
                    <span class="packages-name">{t().about.packageLine(one.name, one.version)}</span>
                    <span class="soft small">{one.licence}</span>
                  </summary>
                  <Show when={open()}>
                    <For each={one.texts}>{(at) => <LicenceText text={props.all.texts[at] ?? ''} />}</For>
                  </Show>
                </details>
              </li>
            );
          }}
        </For>
      </ul>
    </div>
  );
}

/** Focusable, so that a long one can be scrolled with the keyboard. */
const LicenceText = (props: { text: string }) => (
  <pre class="licence" tabindex="0">
    {props.text}
  </pre>
);
