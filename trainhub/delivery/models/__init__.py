"""The tables of delivery."""

from trainhub.delivery.models.classes import (
    Attendance,
    Booking,
    BookingEvent,
    CalendarFeed,
    SwapRequest,
    TrainingSession,
    TrainingSessionEvent,
)
from trainhub.delivery.models.debts import (
    DebtEntry,
    DeliveryRecord,
    MakeUp,
    SurveyAnswer,
    SurveyTicket,
)
from trainhub.delivery.models.planning import (
    Campaign,
    CampaignCourse,
    CampaignTarget,
    PlanRun,
    Room,
    RoomBlock,
    TrainerCourse,
    TrainerProfile,
    TrainerTime,
)
from trainhub.delivery.models.requests import (
    TrainingRequest,
    TrainingRequestEvent,
    TrainingRequestPerson,
)

__all__ = [
    "Attendance",
    "Booking",
    "BookingEvent",
    "CalendarFeed",
    "Campaign",
    "CampaignCourse",
    "CampaignTarget",
    "DebtEntry",
    "DeliveryRecord",
    "MakeUp",
    "PlanRun",
    "Room",
    "RoomBlock",
    "SurveyAnswer",
    "SurveyTicket",
    "SwapRequest",
    "TrainerCourse",
    "TrainerProfile",
    "TrainerTime",
    "TrainingRequest",
    "TrainingRequestEvent",
    "TrainingRequestPerson",
    "TrainingSession",
    "TrainingSessionEvent",
]
