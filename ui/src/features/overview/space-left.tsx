import Cloud from 'lucide-solid/icons/cloud';
import HardDrive from 'lucide-solid/icons/hard-drive';
import { createMemo, Index, Show } from 'solid-js';
import type { Asked } from '../../api/asked.ts';
import type { DestinationView } from '../../api/destinations.ts';
import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { overviewText as t } from '../../i18n/overview.ts';
import { exactTime, listOf, percent } from '../../lib/format.ts';
import { createNow } from '../../lib/time.ts';
import { createShown } from './shown.tsx';
import { type Place, placesOf, spaceOf } from './space.ts';

const mostNames = 3;

/** How much room is left at each destination. */
export function SpaceLeft(props: { asked: Asked<DestinationView[]> }) {
  const places = createMemo(() => placesOf(props.asked.value() ?? []));
  const shown = createShown(places, 6);
  const now = createNow();
  return (
    <Card title={t().space.title} class="space">
      <Show
        when={props.asked.value() !== null}
        fallback={
          <Show when={props.asked.problem()} fallback={<Skeleton lines={3} />}>
            <p class="soft">{t().space.failed}</p>
          </Show>
        }
      >
        <ul class="space-list">
          <Index each={shown.rows()}>{(place) => <PlaceLeft place={place()} now={now()} />}</Index>
        </ul>
        <shown.More label={t().space.more} />
      </Show>
    </Card>
  );
}

function PlaceLeft(props: { place: Place; now: number }) {
  const space = createMemo(() => spaceOf(props.place, props.now));
  const users = () => {
    const names = props.place.jobs.map((job) => job.name);
    const rest = names.length - mostNames;
    return listOf(rest > 0 ? [...names.slice(0, mostNames), t().space.andMore(rest)] : names);
  };
  return (
    <li class="place" data-mood={space().mood} data-away={props.place.present === false ? '' : undefined}>
      <p class="place-name">
        <Show when={props.place.type === 'local'} fallback={<Cloud size={18} aria-hidden="true" />}>
          <HardDrive size={18} aria-hidden="true" />
        </Show>
        <span>{props.place.name}</span>
      </p>
      <Show when={space().used !== null}>
        <div
          class="meter"
          role="meter"
          aria-label={t().space.meter(props.place.name)}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round((space().used ?? 0) * 100)}
          aria-valuetext={percent(space().used ?? 0)}
        >
          <span style={{ width: `${(space().used ?? 0) * 100}%` }} />
        </div>
      </Show>
      <p class="place-sentence" title={props.place.last_seen === null ? undefined : exactTime(props.place.last_seen)}>
        {space().sentence}
      </p>
      <p class="soft small">{[...space().facts, t().space.usedBy(users())].join(' · ')}</p>
    </li>
  );
}
