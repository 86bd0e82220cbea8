/**
 * The reception of a coordinator: whoever connects and shows who it is is led to the room of the run that it asks for.
 *
 * @module
 */
import type { ClientId } from "@potluck/core";
import { atTheDoor, type Guest, type Refusal } from "./doorway.ts";
import type { Line, LineListener } from "./line.ts";
import type { Room } from "./room.ts";

/** A reception. */
export interface Reception {
  /** Somebody has connected. */
  readonly accept: (line: Line) => LineListener;
  /** Who shows this session over HTTP, and where it is; null for nobody. */
  readonly visitorOf: (session: string) => Visitor | null;
}

/** A client that is connected. */
export interface Visitor {
  readonly room: Room;
  readonly client: ClientId;
}

/** Why a device that is not known yet may not come in; null where it may. */
export type Admit = (guest: Guest, room: Room) => string | null;

/** Opens a reception before the rooms of a coordinator, which may become more. */
export function openReception(rooms: () => Iterable<Room>, admit: Admit): Reception {
  return {
    accept: (line) => atTheDoor(line, (guest) => roomFor(guest, [...rooms()], admit)),
    visitorOf: (session) => {
      for (const room of rooms()) {
        const client = room.clientOf(session);
        if (client !== null) return { room, client };
      }
      return null;
    },
  };
}

/** Where a guest is led to, or why it is sent home. */
function roomFor(guest: Guest, rooms: readonly Room[], admit: Admit): Room | Refusal {
  const { run: asked } = guest.hello;
  const found =
    asked === "" ? rooms : rooms.filter(({ run: { record } }) => record.id === asked || record.name === asked);
  const going = found.filter(({ run }) => run.view.ended === null);
  const [room, another] = going;
  if (another !== undefined) {
    const names = going.map(({ run: { record } }) => `${record.id} (${record.name})`).join(", ");
    return { code: "run-ambiguous", detail: `say which run it is to be: ${names}` };
  }
  if (room === undefined) {
    if (found.length > 0) return { code: "run-ended", detail: "the run has ended" };
    return { code: "run-unknown", detail: `there is no run ${JSON.stringify(asked)} here` };
  }
  const detail = room.run.view.members.has(guest.device) ? null : admit(guest, room);
  return detail === null ? room : { code: "not-admitted", detail };
}
